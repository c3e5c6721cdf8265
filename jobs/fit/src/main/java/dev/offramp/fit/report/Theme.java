package dev.offramp.fit.report;

import java.util.LinkedHashMap;
import java.util.Map;

/** Colours and layout of the report. Stateless. */
final class Theme {
  private Theme() {}

  /** The page's style. */
  static String css() {
    StringBuilder inks = new StringBuilder();
    for (Ink ink : Ink.values()) {
      inks.append(
          ".%s{fill:var(%s)}.%s{stroke:var(%s)}\n"
              .formatted(ink.fill(), ink.variable(), ink.stroke(), ink.variable()));
    }
    return """
        :root{color-scheme:light dark;%s}
        @media screen and (prefers-color-scheme:dark){:root{%s}}
        """
            .formatted(variables(false), variables(true))
        + inks
        + LAYOUT;
  }

  /** Every colour, by its variable. */
  static Map<String, String> colors(boolean dark) {
    Map<String, String> colors = new LinkedHashMap<>();
    colors.put("--page", dark ? "#0f1217" : "#f5f6f8");
    colors.put("--card", dark ? "#181c22" : "#ffffff");
    colors.put("--text", dark ? "#e7eaef" : "#1b2027");
    colors.put("--quiet", dark ? "#a4aebb" : "#565f6b");
    colors.put("--edge", dark ? "#2d343e" : "#dce0e6");
    colors.put("--wash", dark ? "#1b2b42" : "#e8f0fc");
    for (Ink ink : Ink.values()) {
      colors.put(ink.variable(), ink.on(dark));
    }
    return colors;
  }

  private static String variables(boolean dark) {
    StringBuilder out = new StringBuilder();
    colors(dark).forEach((name, color) -> out.append(name).append(':').append(color).append(';'));
    return out.toString();
  }

  private static final String LAYOUT =
      """
      *{box-sizing:border-box}
      html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
      body{margin:0;background:var(--page);color:var(--text);
       font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
      main,header.top,footer{max-width:1160px;margin:0 auto;padding:0 24px}
      header.top{padding-top:40px}
      h1{font-size:30px;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em;overflow-wrap:anywhere}
      h2{font-size:22px;line-height:1.3;margin:52px 0 4px;letter-spacing:-.005em}
      h3{font-size:16px;line-height:1.35;margin:0 0 10px}
      h4{font-size:14px;margin:0 0 4px}
      p{margin:0 0 14px;max-width:72ch}
      .lead,.meta,footer{color:var(--quiet)}
      .meta{display:flex;flex-wrap:wrap;gap:4px 22px;margin:0 0 18px;padding:0;font-size:14px}
      .meta div{display:flex;gap:6px}
      .meta dt{margin:0}
      .meta dd{margin:0;color:var(--text);overflow-wrap:anywhere}
      nav ul{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:0 0 24px;padding:0;font-size:14px}
      a{color:var(--ink1)}
      .card{background:var(--card);border:1px solid var(--edge);border-radius:12px;padding:18px 20px;margin:0}
      .keys{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));gap:14px;margin:0}
      .keys .card{padding:14px 16px}
      .keys dt{font-size:14px;color:var(--quiet)}
      .keys dd{margin:0;font-size:13px;line-height:1.4;color:var(--quiet)}
      .keys .value{font-size:27px;line-height:1.3;font-weight:650;color:var(--text);font-variant-numeric:tabular-nums}
      .pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:18px;margin:16px 0 18px}
      .pair>*{min-width:0}
      .stack>.card{margin:0 0 18px}
      .plot{max-width:620px}
      .plot svg{display:block;width:100%;height:auto;fill:none;stroke-linejoin:round;overflow:visible}
      .plot text{fill:var(--quiet);font-size:12px;font-variant-numeric:tabular-nums}
      .plot .title{fill:var(--text);font-size:12px}
      .plot .small{font-size:11px}
      figcaption,.reading{color:var(--quiet);font-size:14px;line-height:1.5;margin:12px 0 0;max-width:72ch}
      .legend{display:flex;flex-wrap:wrap;gap:2px 16px;list-style:none;margin:0 0 8px;padding:0;font-size:13px}
      .legend li{display:flex;align-items:center;gap:7px}
      .legend svg{width:30px;height:16px;flex:none;fill:none;overflow:visible}
      .small-plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:18px 16px}
      .small-plots p{margin:2px 0 0;font-size:13px;line-height:1.4;color:var(--quiet)}
      .scroll{overflow-x:auto;border-radius:8px;background:
       linear-gradient(90deg,var(--card) 50%,transparent) 0 0/44px 100% no-repeat local,
       linear-gradient(270deg,var(--card) 50%,transparent) 100% 0/44px 100% no-repeat local,
       linear-gradient(90deg,var(--edge),transparent) 0 0/18px 100% no-repeat scroll,
       linear-gradient(270deg,var(--edge),transparent) 100% 0/18px 100% no-repeat scroll}
      .scroll:focus-visible,a:focus-visible{outline:2px solid var(--ink1);outline-offset:2px}
      table{border-collapse:collapse;width:100%;font-size:14px;line-height:1.4}
      th,td{padding:7px 10px;text-align:left;vertical-align:top;border-bottom:1px solid var(--edge)}
      thead th{color:var(--quiet);font-weight:500;font-size:13px;vertical-align:bottom}
      tbody th{font-weight:500;white-space:nowrap}
      tbody tr:last-child>*{border-bottom:0}
      .n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
      thead .n{white-space:normal}
      .chosen>*{background:var(--wash)}
      .chosen th{font-weight:650}
      .cases table{min-width:820px}
      .cases tbody th{font-weight:400;white-space:normal;min-width:230px;overflow-wrap:anywhere}
      .cases td:not(.n){overflow-wrap:break-word;min-width:88px}
      .promises li{margin:0 0 8px;max-width:80ch}
      footer{padding-top:28px;padding-bottom:48px;font-size:13px}
      @media (max-width:640px){
       main,header.top,footer{padding-left:16px;padding-right:16px}
       header.top{padding-top:24px}
       h1{font-size:25px}
       h2{font-size:20px;margin-top:40px}
       .card{padding:14px}
       .keys{grid-template-columns:1fr 1fr;gap:10px}
       .keys .value{font-size:23px}
       .plot text,.plot .title{font-size:15px}
       .plot .small{font-size:13px}
       .small-plots .plot text{font-size:12px}
       .small-plots{grid-template-columns:1fr 1fr}
      }
      @media print{
       body{background:#fff;font-size:11pt}
       main,header.top,footer{max-width:none;padding:0}
       nav{display:none}
       .pair{grid-template-columns:1fr 1fr;gap:10px}
       .keys{grid-template-columns:repeat(3,1fr)}
       .card{padding:12px}
       .card,tr{break-inside:avoid}
       h2,h3{break-after:avoid}
       .scroll{overflow:visible}
       .cases table{min-width:0}
       table{font-size:8.5pt}
       th,td{padding:3px 4px}
      }
      """;
}
