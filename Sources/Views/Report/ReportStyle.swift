/// How a report looks, in light and in dark, on a phone and on a desk.
enum ReportStyle {
  static let text = """
    :root{color-scheme:light dark;--back:#f3f5f9;--face:#ffffff;--ink:#1b2333;--soft:#5d6880;--line:#dce1ea;--accent:#2f6fed;\
    --before:#9aa6bd;--bad:#d3302f;--good:#1d8a4d}
    @media(prefers-color-scheme:dark){:root{--back:#0d1117;--face:#161c27;--ink:#e8ecf4;--soft:#9aa6bd;--line:#2b3445;\
    --accent:#6ea0ff;--before:#5f6b82;--bad:#ff7b72;--good:#56d38a}}
    *{box-sizing:border-box}
    html{scroll-padding-top:56px}
    body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,\
    "Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
    header,main,footer{max-width:1180px;margin:0 auto;padding:0 20px}
    header{padding-top:28px;padding-bottom:12px}
    h1{font-size:26px;line-height:1.25;margin:0;overflow-wrap:anywhere}
    p,h3{overflow-wrap:anywhere}
    header p{margin:4px 0 0;color:var(--soft)}
    nav{position:sticky;top:0;z-index:2;background:var(--back);border-bottom:1px solid var(--line)}
    nav div{max-width:1180px;margin:0 auto;padding:0 12px;display:flex;overflow-x:auto;scrollbar-width:none}
    nav a{padding:11px 8px;color:var(--soft);text-decoration:none;font-weight:600;font-size:14px;white-space:nowrap}
    nav a:hover{color:var(--accent)}
    section{background:var(--face);border:1px solid var(--line);border-radius:12px;margin:18px 0;padding:18px 20px}
    h2{font-size:18px;margin:0 0 10px}
    h3{font-size:15px;margin:18px 0 8px}
    section>p{margin:0 0 12px;color:var(--soft);max-width:75ch}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:10px;margin:14px 0 4px}
    .tile{background:var(--face);border:1px solid var(--line);border-radius:12px;padding:10px 14px}
    .tile b{display:block;font-size:20px;line-height:1.3}
    .tile span{color:var(--soft);font-size:13px}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 18px;margin:0}
    dt{color:var(--soft)}
    dd{margin:0;overflow-wrap:anywhere}
    .scroll{overflow:auto;max-height:min(70vh,820px);border:1px solid var(--line);border-radius:8px}
    table{border-collapse:collapse;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums}
    thead th{position:sticky;top:0;background:var(--face);box-shadow:inset 0 -1px var(--line);z-index:1;padding:0}
    th,td{padding:5px 10px;text-align:left;white-space:nowrap}
    td{border-top:1px solid var(--line)}
    tbody tr:first-child td{border-top:0}
    tbody tr:hover td{background:color-mix(in srgb,var(--accent) 7%,transparent)}
    .n{text-align:right}
    th button{all:unset;display:block;width:100%;box-sizing:border-box;padding:7px 10px;cursor:pointer;font-weight:600}
    th.n button{text-align:right}
    th button:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
    th[aria-sort=ascending] button::after{content:" ▲";color:var(--accent)}
    th[aria-sort=descending] button::after{content:" ▼";color:var(--accent)}
    .name{max-width:340px;overflow:hidden;text-overflow:ellipsis}
    .bar{display:inline-block;height:9px;border-radius:3px;background:var(--accent);vertical-align:middle;min-width:1px}
    .bar.before{background:var(--before)}
    .bars{min-width:110px;width:34%}
    .plain thead th{padding:6px 10px}
    #layers-table .bars{width:14%}
    .tools{display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin-bottom:10px;color:var(--soft);font-size:13px}
    input[type=search]{font:inherit;font-size:14px;color:var(--ink);background:var(--back);border:1px solid var(--line);\
    border-radius:8px;padding:6px 10px;width:230px;max-width:100%}
    .tools button{font:inherit;font-size:13px;font-weight:600;color:var(--ink);background:var(--back);\
    border:1px solid var(--line);border-radius:8px;padding:6px 10px;cursor:pointer}
    .tools button[aria-pressed=true]{background:var(--accent);border-color:var(--accent);color:var(--face)}
    .tabs{display:flex;gap:6px}
    .stage{height:min(72vh,860px);min-height:340px;border:1px solid var(--line);border-radius:8px;overflow:hidden;touch-action:none;\
    cursor:grab;user-select:none;-webkit-user-select:none}
    .stage:active{cursor:grabbing}
    .stage:focus-visible{outline:2px solid var(--accent)}
    .sheet{height:100%;overflow:auto}
    .sheet svg{display:block;margin:0 auto}
    .box{cursor:pointer}
    .drawing .chosen .card{stroke:var(--accent);stroke-width:3}
    #detail{white-space:pre-wrap;overflow-wrap:anywhere;margin:10px 0 0;font-size:13px;color:var(--soft);max-height:30vh;\
    overflow:auto}
    .plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,460px),1fr));gap:18px}
    figure{margin:0}
    figcaption{font-size:13px;color:var(--soft);overflow-wrap:anywhere}
    figcaption b{color:var(--ink)}
    .plot{width:100%;height:auto;display:block}
    .plot text{fill:var(--soft);font-size:11px}
    .plot .axis{stroke:var(--line);fill:none}
    .plot .in{fill:var(--accent)}
    .plot .out{fill:var(--bad)}
    .plot .limit{stroke:var(--good);stroke-width:2;fill:none;stroke-dasharray:6 4}
    .grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(210px,1fr));gap:12px}
    .hist{border:1px solid var(--line);border-radius:8px;padding:8px 10px;min-width:0}
    .hist svg{width:100%;height:56px;display:block}
    .hist path{fill:var(--accent)}
    .hist .zero{stroke:var(--soft);stroke-dasharray:2 2}
    .hist figcaption{font-size:12px;line-height:1.4}
    .hist b{display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
    .good{color:var(--good);font-weight:600}
    .bad{color:var(--bad);font-weight:600}
    footer{padding-bottom:30px;color:var(--soft);font-size:13px}
    [hidden]{display:none!important}
    @media(max-width:640px){header,main,footer{padding-left:12px;padding-right:12px}section{padding:14px 12px}\
    h1{font-size:21px}.tiles{grid-template-columns:repeat(2,1fr)}.tile b{font-size:17px}.name{max-width:180px}\
    dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:6px}.stage{height:64vh}}
    @media print{nav,.tools{display:none}.scroll{max-height:none}section{break-inside:avoid-page}}
    """
}
