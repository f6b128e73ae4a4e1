/** How a shared file looks: like the page. */
export const STYLE = `
:root{color-scheme:light dark;--bg:light-dark(#f6f7f9,#0f1115);--panel:light-dark(#fff,#151821);--line:light-dark(#e0e4eb,#262b38);--text:light-dark(#1b2130,#e3e6ee);--dim:light-dark(#566072,#9aa2b5);--ok:light-dark(#187a43,#57c285);--bad:light-dark(#bf2f2a,#f4827c);--accent:light-dark(#8f5a0c,#f2b84b);--key:light-dark(#1d57b8,#8fb8f6);--string:light-dark(#2b722f,#9bd18b);--number:light-dark(#97560a,#e6b673);--word:light-dark(#7a3fb8,#c59bf0)}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:13px/20px ui-sans-serif,system-ui,sans-serif}
header{display:flex;flex-wrap:wrap;gap:4px 16px;align-items:baseline;padding:12px 16px;border-bottom:1px solid var(--line);background:var(--panel)}
h1{margin:0;font-size:14px}h1 span{color:var(--accent)}p{margin:0;color:var(--dim);overflow-wrap:anywhere}
h2{margin:12px 0 4px;color:var(--dim);font-size:11px;letter-spacing:.6px;text-transform:uppercase}
code,section,.args,time,pre{font:12px/18px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace}
section>h2{font-family:ui-sans-serif,system-ui,sans-serif}
.call{border-bottom:1px solid var(--line)}.call[open]{background:var(--panel)}
.call>summary{display:grid;grid-template-columns:16px minmax(80px,220px) minmax(0,1fr) 72px;gap:10px;align-items:center;min-height:28px;padding:0 16px;cursor:pointer}
.call>summary>*{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.call>:not(summary){margin:0 16px 0 42px}.call>:last-child{padding-bottom:16px}
.args,.about,time,i,footer{color:var(--dim)}time{font-variant-numeric:tabular-nums;text-align:right}
.ok{color:var(--ok)}.bad{color:var(--bad)}
section div,section summary{overflow-wrap:anywhere}section summary{cursor:pointer}.in{padding-left:16px}
section div:not(.in){padding-left:14px}
b{color:var(--key);font-weight:400}q{color:var(--string);quotes:none}var{color:var(--number);font-style:normal}em{color:var(--word);font-style:normal}s{text-decoration:none}
mark{padding:0 3px;border-radius:3px;background:color-mix(in srgb,var(--bad) 20%,transparent);color:var(--bad);font-size:10px}
pre{margin:4px 0 4px 14px;overflow-wrap:anywhere;white-space:pre-wrap}
a{color:var(--key)}footer{padding:12px 16px}
`;
