(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const scenario = data.scenario;
  const policies = data.policies;
  const hidden = new Set();
  const dashes = { none: [6, 4], backoff: [3, 3], jitter: [10, 6], budget: [14, 4], resilience4j: [8, 3, 2, 3], failsafe: [2, 3], spring: [5, 2],
    aws: [12, 3, 3, 3], gax: [4, 6] };
  const $ = id => document.getElementById(id);
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const color = policy => css("--" + policy.name) || css("--own");
  const number = (value, digits = 0) => value == null ? "–"
    : value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const percent = (value, digits = 1) => value == null ? "–" : number(value, digits) + "\u00a0%";
  /** The latest recovery that the run can tell. */
  const left = number(scenario.recoveryLimitMillis / 1000, 1) + "\u00a0s";
  const back = policy => policy.recoverySeconds != null ? number(policy.recoverySeconds, 2) + "\u00a0s" : policy.partial ? "–" : `not in ${left}`;

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      made.setAttribute(name, value);
    }
    made.append(...children.map(child => child ?? ""));
    return made;
  }

  /** The figure and, of several runs, how far it varies. */
  function ranged(policy, key, digits, unit = "") {
    const range = (policy.ranges || {})[key];
    const one = value => value == null ? "not" : number(value, digits);
    const shown = policy[key] == null ? (key === "recoverySeconds" ? back(policy) : "–") : number(policy[key], digits) + unit;
    return range && (range.least !== range.most || range.least == null) && !(range.least == null && range.most == null)
      ? `${shown} (${one(range.least)}–${one(range.most)})` : shown;
  }

  // ---- theme

  const dark = matchMedia("(prefers-color-scheme: dark)");
  function theme(name) {
    document.documentElement.dataset.theme = name;
    $("theme").textContent = name === "dark" ? "Light" : "Dark";
  }
  theme(dark.matches ? "dark" : "light");

  // ---- words: a scenario file says in its title what happens

  const file = scenario.title != null;
  const outage = file ? "judged time" : "outage";
  if (file) {
    $("ordinary-title").textContent = "Before the judged time";
    $("policies-hint").textContent = $("policies-hint").textContent.replaceAll("outage", outage).replace("the service was well", "it");
    $("keys").replaceChildren(element("span", { class: "key errors" }), outage);
  }

  const span = `${number(scenario.errorsAtMillis / 1000, 1)} s to ${number(scenario.wellAtMillis / 1000, 1)} s`;
  $("summary").textContent = file
    ? `${scenario.name}: ${scenario.title}. ${scenario.load} calls/s from ${scenario.clients} clients over real HTTP to a service for `
      + `${scenario.capacity} requests/s. Judged are the calls that are due from ${span}.`
    : `${scenario.load} calls/s from ${scenario.clients} clients over real HTTP to a service for `
    + `${scenario.capacity} requests/s, of which ${percent(100 * scenario.transientRate, 0)} fail by chance at first. After `
    + `${number(scenario.errorsAtMillis / 1000, 1)} s it answers with errors, then slowly; `
    + `from ${number(scenario.wellAtMillis / 1000, 1)} s on it is well again.`;
  $("partial").hidden = !data.partial;
  $("footer").textContent = `retry-lab ${data.version} · ${data.startedAt} · seed ${scenario.seed} · Java ${data.machine.java} · `
    + `${data.machine.os}, ${data.machine.processors} processors`;

  $("runs").textContent = data.runs > 1
    ? `Medians of ${data.runs} runs with different seeds and outages that begin earlier or later. Bands and the figures in brackets show the least and `
      + `the most; lines are those of the first run.`
    : "This is one run of one seed; --runs N shows how far it varies.";

  const joined = list => list.length < 2 ? list.join("") : list.slice(0, -1).join(", ") + " and " + list[list.length - 1];
  const titles = list => joined(list.map(policy => policy.title));

  /** What the figures say, in words: nothing here is known beforehand. */
  function sentence() {
    const ours = policies.find(policy => policy.name === "default") || policies[policies.length - 1];
    if (!ours) {
      return "";
    }
    const bare = policies.find(policy => policy.name === "none" && policy !== ours);
    const others = policies.filter(policy => policy !== ours);
    const said = [];
    if (ours.transientSuccessPercent != null) {
      said.push((file ? "Before the judged time " : `While ${percent(100 * scenario.transientRate, 0)} of the requests failed by chance, `)
        + (bare ? `${percent(bare.transientSuccessPercent)} of the calls succeeded without retries and ${percent(ours.transientSuccessPercent)}`
          : `${percent(ours.transientSuccessPercent)} of the calls succeeded`)
        + ` under ${ours.title}.`);
    }
    if (ours.successPercent != null) {
      const better = others.filter(policy => policy.successPercent > ours.successPercent);
      const next = others.filter(policy => policy.successPercent != null).sort((a, b) => b.successPercent - a.successPercent)[0];
      said.push(`In the ${outage} and after it ${percent(ours.successPercent)} succeeded under ${ours.title}`
        + (better.length > 0 ? `; ${titles(better)} did better.`
          : next ? `, the most of all ${policies.length} policies; the next is ${next.title} with ${percent(next.successPercent)}.` : "."));
    }
    if (!ours.partial) {
      const never = others.filter(policy => policy.recoverySeconds == null && !policy.partial);
      const early = others.filter(policy => policy.recoverySeconds != null).map(policy => `after ${back(policy)} under ${policy.title}`);
      said.push((ours.recoverySeconds == null ? `Under ${ours.title} goodput was not back within ${left}`
          : `Its goodput was back ${back(ours)} after ${file ? "the judged time" : "the service was well"}`)
        + (early.length > 0 ? `, and ${joined(early)}` : "")
        + (never.length > 0 && ours.recoverySeconds != null ? `; within ${left} it was not back under ${titles(never)}.` : "."));
    }
    const worst = [...others].sort((a, b) => b.outageAmplification - a.outageAmplification)[0];
    said.push(`${ours.title} refused ${number(ours.refused)} of ${number(ours.calls)} calls, and sent ${number(ours.outageAmplification, 2)} requests for each call `
      + `in the ${outage}` + (worst ? `; ${worst.title} sent ${number(worst.outageAmplification, 2)}.` : "."));
    return said.join(" ");
  }
  $("sentence").textContent = sentence();

  const meaning = [
    ["The service", `${scenario.workers} workers, ${number(scenario.serviceMillis, 1)} ms for a request, a queue of ${scenario.queue}; a request that finds the `
      + `queue full is refused with 503. Work takes up to ${scenario.overloadFactor} times as long as the queue fills, and ${scenario.slowFactor} times as long while `
      + `the service is slow. A worker does not know that a client has given up, and works on.`],
    ["The clients", `${scenario.clients} clients with connections, budget and breaker of their own. They wait ${scenario.timeoutMillis} ms for the answer to one attempt. `
      + `Calls come at the same instants under every policy, however the calls before them went.`],
    ["Success", `Calls that ended well, of those due from the beginning of the ${outage} to the end of the run. In the ${file ? "time before" : "ordinary hour"}: of those due in the first `
      + `${number(scenario.transientUntilMillis / 1000, 1)} s; retries of later ones may meet the ${outage}.`],
    ["Refused", "Calls that ended without one attempt, because the policy did not let them through. They succeed for nobody and cost the service nothing."],
    ["Amplification", "Requests that the clients sent, for each call; of calls made: refused ones left out."],
    ["Load", "Requests that arrived at the service, per second; peak: over half a second; after the outage: over the two seconds after the service was well."],
    ["Goodput", "Calls per second that ended well, drawn at the instant at which they were due. It is back from the instant on at which, for a second, of the calls that are due in every half second at least 95 % succeed. So the run can tell a recovery of "
      + `${left} at most.`],
    ["Latency", "From when a call was due to its end, waits and failures included."],
    ["Budget denied", "Calls that were not retried because the budget had nothing left."],
    ["Breaker transitions", "Changes of state of the circuit breakers of all clients."]
  ];
  for (const [word, text] of meaning) {
    $("meaning").append(element("dt", {}, word), element("dd", {}, text));
  }

  // ---- policies: legend, switch and summary in one

  const line = (label, value) => element("span", { class: "line" }, label, element("b", {}, value));

  function legend() {
    $("policies").replaceChildren(...policies.map(policy => {
      const button = element("button", { type: "button", "aria-pressed": String(!hidden.has(policy.name)) },
        element("strong", {}, policy.title),
        element("small", {}, policy.description),
        element("span", { class: "big" }, ranged(policy, "successPercent", 1, "\u00a0%")),
        element("span", { class: "line" }, "succeed in the storm"),
        line("back", ranged(policy, "recoverySeconds", 2, "\u00a0s")),
        line("ordinary", ranged(policy, "transientSuccessPercent", 2, "\u00a0%")),
        line("refused", ranged(policy, "refused", 0)),
        line("attempts/call", ranged(policy, "outageAttemptsPerCallMade", 2)));
      button.style.setProperty("--color", color(policy));
      button.addEventListener("click", () => {
        hidden.has(policy.name) ? hidden.delete(policy.name) : hidden.add(policy.name);
        button.setAttribute("aria-pressed", String(!hidden.has(policy.name)));
        for (const { plot, shown } of plots) {
          shown.forEach((one, i) => one === policy && plot.setSeries(i + 1, { show: !hidden.has(policy.name) }));
        }
        ordinary();
      });
      return button;
    }));
  }

  // ---- the ordinary hour: how many calls fail all the same

  function ordinary() {
    const failed = policy => policy.transientSuccessPercent == null ? 0 : 100 - policy.transientSuccessPercent;
    const most = Math.max(100 * scenario.transientRate, ...policies.map(failed)) || 1;
    $("ordinary-hint").textContent = `${file ? "" : `${percent(100 * scenario.transientRate, 0)} of requests fail by chance. `}The bar: calls that fail; the figure: calls that succeed`;
    $("bars").replaceChildren(...policies.map(policy => {
      const bar = element("i");
      bar.style.width = 100 * failed(policy) / most + "%";
      const row = element("div", { class: hidden.has(policy.name) ? "bar off" : "bar" },
        element("span", {}, policy.title), element("span", { class: "track" }, bar), element("b", {}, percent(policy.transientSuccessPercent, 2)));
      row.style.setProperty("--color", color(policy));
      return row;
    }));
  }

  // ---- charts

  const charts = [
    { key: "goodput", title: file ? "The run" : "The bad minute", hint: "goodput: calls per second that end well, by when they were due", digits: 0, into: "bad" },
    { key: "load", title: "Load on the service", hint: "requests per second that arrive", digits: 0 },
    { key: "amplification", title: "Amplification", hint: "requests for each call, over the last second", digits: 2 },
    { key: "p99Millis", title: "Latency", hint: "99th percentile in ms of the calls that ended in the last second", digits: 0, log: true },
    { key: "openBreakers", title: "Circuit breakers", hint: `how many of the ${scenario.clients} clients' breakers are open`, digits: 0, stepped: true },
    { key: "budgetTokens", title: "Retry budget", hint: "retries that the clients' budgets would still grant", digits: 0 }
  ];
  const times = policies.map(policy => policy.series.seconds).reduce((a, b) => b.length > a.length ? b : a, []);
  let plots = [];

  function bands(plot) {
    const { ctx, bbox } = plot;
    const band = (from, to, fill) => {
      const left = Math.max(bbox.left, plot.valToPos(from / 1000, "x", true));
      const right = Math.min(bbox.left + bbox.width, plot.valToPos(to / 1000, "x", true));
      if (right > left) {
        ctx.fillStyle = fill;
        ctx.fillRect(left, bbox.top, right - left, bbox.height);
      }
    };
    ctx.save();
    band(scenario.errorsAtMillis, scenario.slowAtMillis, css("--errors"));
    band(scenario.slowAtMillis, scenario.wellAtMillis, css("--slow"));
    ctx.restore();
  }

  /** Of several runs, where the lines of all of them lie. */
  function ranges(plot, shown) {
    const { ctx } = plot;
    for (const policy of shown) {
      const { goodputLeast: least, goodputMost: most } = policy.series;
      if (least && most && !hidden.has(policy.name)) {
        const at = (values, i) => [plot.valToPos(times[i], "x", true), plot.valToPos(values[i], "y", true)];
        const shape = new Path2D();
        most.forEach((_, i) => shape.lineTo(...at(most, i)));
        for (let i = least.length - 1; i >= 0; i--) {
          shape.lineTo(...at(least, i));
        }
        ctx.save();
        ctx.beginPath();
        ctx.rect(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height);
        ctx.clip();
        ctx.globalAlpha = 0.18;
        ctx.fillStyle = color(policy);
        ctx.fill(shape);
        ctx.restore();
      }
    }
  }

  function tip(figure, chart, shown) {
    const box = element("div", { class: "tip", hidden: "" });
    figure.append(box);
    return plot => {
      const { idx, left, top } = plot.cursor;
      const visible = shown.filter(policy => !hidden.has(policy.name));
      const mouseHere = plot.over.matches(":hover");
      box.hidden = !mouseHere || idx == null || left < 0 || visible.length === 0;
      if (box.hidden) {
        return;
      }
      box.replaceChildren(element("div", {}, number(plot.data[0][idx], 2) + " s"), ...visible.map(policy => {
        const mark = element("i");
        mark.style.background = color(policy);
        return element("div", {}, mark, policy.title, element("b", {}, number(policy.series[chart.key][idx], chart.digits)));
      }));
      const around = figure.getBoundingClientRect();
      const over = plot.over.getBoundingClientRect();
      const x = over.left - around.left + left;
      const width = box.offsetWidth;
      box.style.left = Math.max(4, x + width + 24 > around.width ? x - width - 14 : x + 14) + "px";
      box.style.top = over.top - around.top + Math.min(top, Math.max(0, over.height - box.offsetHeight)) + "px";
    };
  }

  /** Makes room for a chart, and returns what draws it: how wide it is shows when all have their room. */
  function frame(chart) {
    // the wide line of the default beneath the others, which it would hide
    const shown = policies.filter(policy => policy.series[chart.key]).sort((a, b) => (b.name === "default") - (a.name === "default"));
    if (shown.length === 0 || times.length === 0) {
      return null;
    }
    const figure = element("figure", { "aria-label": chart.title },
      element("figcaption", {}, element("h3", {}, chart.title), element("p", {}, chart.hint)));
    const place = element("div", { class: "plot" });
    figure.append(place);
    $(chart.into || "charts").append(figure);
    return () => draw(chart, shown, figure, place);
  }

  function draw(chart, shown, figure, place) {
    const axis = { stroke: css("--quiet"), grid: { stroke: css("--grid"), width: 1 }, ticks: { stroke: css("--grid"), width: 1 }, font: "12px system-ui, sans-serif" };
    const update = tip(figure, chart, shown);
    const size = () => ({ width: Math.max(200, place.clientWidth), height: innerWidth < 560 ? 210 : !chart.into ? 240 : innerWidth > 860 ? Math.max(290, $("ordinary").scrollHeight - 74) : 290 });
    const plot = new uPlot({
      ...size(),
      legend: { show: false },
      cursor: { sync: { key: "storm", scales: ["x", null] }, drag: { x: true, y: false }, points: { size: 6 } },
      scales: {
        x: { time: false },
        y: chart.log ? { distr: 3 } : { range: (u, low, high) => [0, Math.max(1, high * 1.06)] }
      },
      axes: [
        { ...axis, values: (u, values) => values.map(value => value + " s") },
        { ...axis, size: 54, values: (u, values) => values.map(value => value == null ? "" : number(value, value % 1 ? 1 : 0)),
          incrs: chart.stepped ? [1, 2, 5, 10] : undefined }
      ],
      series: [{}, ...shown.map(policy => ({
        label: policy.title,
        stroke: color(policy),
        width: policy.name === "default" ? 3 : 1.75,
        dash: dashes[policy.name],
        show: !hidden.has(policy.name),
        points: { show: false },
        paths: chart.stepped ? uPlot.paths.stepped({ align: -1 }) : undefined
      }))],
      hooks: { drawClear: [bands], draw: chart.key === "goodput" ? [plot => ranges(plot, shown)] : [], setCursor: [update] }
    }, [times, ...shown.map(policy => times.map((_, i) => policy.series[chart.key][i] ?? null))], place);
    return { plot, shown, place, size };
  }

  function drawAll() {
    plots.forEach(({ plot }) => plot.destroy());
    $("charts").replaceChildren();
    $("bad").replaceChildren();
    plots = charts.map(frame).filter(Boolean).map(paint => paint());
  }

  let resizing = 0;
  addEventListener("resize", () => {
    cancelAnimationFrame(resizing);
    resizing = requestAnimationFrame(() => plots.forEach(({ plot, size }) => plot.setSize(size())));
  });
  function switchTo(name) {
    theme(name);
    legend();
    ordinary();
    drawAll();
    figures();
    settings();
  }
  $("theme").addEventListener("click", () => switchTo(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
  dark.addEventListener("change", event => switchTo(event.matches ? "dark" : "light"));

  // ---- tables

  function fill(table, heads, rows) {
    table.tHead.replaceChildren(element("tr", {}, ...heads.map(head => element("th", { scope: "col" }, head))));
    table.tBodies[0].replaceChildren(...rows.map(([first, ...others]) =>
      element("tr", {}, element("th", { scope: "row" }, ...[first].flat()), ...others.map(value => element("td", {}, value)))));
  }

  function figures() {
    fill($("figures"),
      ["Policy", "Success, storm %", "Success, ordinary %", "Goodput back, s", "Calls made", "Refused", "Attempts per call made, outage",
        "Amplifi­cation, outage", "Amplifi­cation, run", "Attempts", "Load, peak /s", "Load after outage /s", "p50 ms", "p99 ms", "Budget denied", "Breaker transi­tions"],
      policies.map(p => {
        const mark = element("i");
        mark.style.background = color(p);
        return [[mark, p.title + (p.partial ? " (stopped early)" : "")], ranged(p, "successPercent", 1),
          ranged(p, "transientSuccessPercent", 2), ranged(p, "recoverySeconds", 2), number(p.calls - p.refused), ranged(p, "refused", 0),
          ranged(p, "outageAttemptsPerCallMade", 2), ranged(p, "outageAmplification", 2), ranged(p, "amplification", 2), ranged(p, "attempts", 0),
          ranged(p, "peakLoad", 0), ranged(p, "loadAfterOutage", 0), ranged(p, "p50Millis", 0), ranged(p, "p99Millis", 0), ranged(p, "budgetDenied", 0),
          ranged(p, "breakerTransitions", 0)];
      }));
  }

  function settings() {
    $("settings").replaceChildren(...policies.map(policy => {
      const card = element("section", {}, element("h3", {}, policy.title), element("p", { class: "hint" }, policy.description),
        element("dl", {}, ...Object.entries(policy.settings || {}).flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])));
      card.style.setProperty("--color", color(policy));
      return card;
    }));
  }

  function seconds() {
    const { series } = policies[Number($("which").value)] || { series: null };
    if (!series) {
      return;
    }
    const every = Math.max(1, Math.round(1000 / series.stepMillis));
    const rows = [];
    for (let from = 0; from < series.seconds.length; from += every) {
      const to = Math.min(from + every, series.seconds.length);
      const mean = list => list ? number(list.slice(from, to).reduce((a, b) => a + b, 0) / (to - from)) : "–";
      const last = (list, digits) => list ? number(list[to - 1], digits) : "–";
      rows.push([number(series.seconds[to - 1], 1) + " s", mean(series.offered), mean(series.goodput), mean(series.failed), mean(series.load),
        last(series.amplification, 2), last(series.p99Millis, 0), last(series.queued, 0), last(series.openBreakers, 0), last(series.budgetTokens, 0)]);
    }
    fill($("seconds"), ["Until", "Offered /s", "Goodput /s", "Failed /s", "Load /s", "Amplifi­cation", "p99 ms", "Queue", "Open breakers", "Budget left"], rows);
  }
  $("which").append(...policies.map((policy, i) => element("option", { value: i }, policy.title)));
  $("which").value = String(policies.length - 1);
  $("which").addEventListener("change", seconds);

  legend();
  ordinary();
  drawAll();
  figures();
  settings();
  seconds();
})();
