(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const scenario = data.scenario;
  const policies = data.policies;
  const hidden = new Set();
  const dashes = { none: [6, 4], backoff: [3, 3], jitter: [10, 6], budget: [14, 4] };
  const $ = id => document.getElementById(id);
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const color = policy => css("--" + policy.name) || css("--own");
  const number = (value, digits = 0) => value == null ? "–"
    : value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const back = policy => policy.recoverySeconds != null ? number(policy.recoverySeconds, 2) + " s" : policy.partial ? "–" : "never";

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      made.setAttribute(name, value);
    }
    made.append(...children.map(child => child ?? ""));
    return made;
  }

  // ---- theme

  const dark = matchMedia("(prefers-color-scheme: dark)");
  function theme(name) {
    document.documentElement.dataset.theme = name;
    $("theme").textContent = name === "dark" ? "Light" : "Dark";
  }
  theme(dark.matches ? "dark" : "light");

  // ---- words

  $("summary").textContent = `${scenario.load} calls/s from ${scenario.clients} clients over real HTTP to a service for `
    + `${scenario.capacity} requests/s. After ${number(scenario.errorsAtMillis / 1000, 1)} s it answers with errors, then slowly; `
    + `from ${number(scenario.wellAtMillis / 1000, 1)} s on it is well again.`;
  $("partial").hidden = !data.partial;
  $("footer").textContent = `retry-lab ${data.version} · ${data.startedAt} · seed ${scenario.seed} · Java ${data.machine.java} · `
    + `${data.machine.os}, ${data.machine.processors} processors`;

  const meaning = [
    ["The service", `${scenario.workers} workers, ${number(scenario.serviceMillis, 1)} ms for a request, a queue of ${scenario.queue}; a request that finds the `
      + `queue full is refused with 503. Work takes up to ${scenario.overloadFactor} times as long as the queue fills, and ${scenario.slowFactor} times as long while `
      + `the service is slow. A worker does not know that a client has given up, and works on.`],
    ["The clients", `${scenario.clients} clients with connections, budget and breaker of their own. They wait ${scenario.timeoutMillis} ms for the answer to one attempt. `
      + `Calls come at the same instants under every policy, however the calls before them went.`],
    ["Amplification", "Requests that the clients sent, for each call."],
    ["Load", "Requests that arrived at the service, per second; peak: over half a second; after the outage: over the two seconds after the service was well."],
    ["Goodput", "Calls per second that ended well. It is back from the instant on at which, for a second, of the calls that are due in every half second at least 95 % succeed."],
    ["Latency", "From when a call was due to its end, waits and failures included."],
    ["Budget denied", "Calls that were not retried because the budget had nothing left."],
    ["Breaker transitions", "Changes of state of the circuit breakers of all clients."]
  ];
  for (const [word, text] of meaning) {
    $("meaning").append(element("dt", {}, word), element("dd", {}, text));
  }

  // ---- policies: legend, switch and summary in one

  function legend() {
    $("policies").replaceChildren(...policies.map(policy => {
      const button = element("button", { type: "button", "aria-pressed": String(!hidden.has(policy.name)) },
        element("strong", {}, policy.title),
        element("small", {}, policy.description),
        element("span", { class: "big" }, "× " + number(policy.outageAmplification, 2)),
        element("span", { class: "back" }, "goodput back: " + back(policy)));
      button.style.setProperty("--color", color(policy));
      button.addEventListener("click", () => {
        hidden.has(policy.name) ? hidden.delete(policy.name) : hidden.add(policy.name);
        button.setAttribute("aria-pressed", String(!hidden.has(policy.name)));
        for (const { plot, shown } of plots) {
          shown.forEach((one, i) => one === policy && plot.setSeries(i + 1, { show: !hidden.has(policy.name) }));
        }
      });
      return button;
    }));
  }

  // ---- charts

  const charts = [
    { key: "goodput", title: "Goodput", hint: "calls per second that end well", digits: 0 },
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
    const shown = policies.filter(policy => policy.series[chart.key]);
    if (shown.length === 0 || times.length === 0) {
      return null;
    }
    const figure = element("figure", { "aria-label": chart.title },
      element("figcaption", {}, element("h3", {}, chart.title), element("p", {}, chart.hint)));
    const place = element("div", { class: "plot" });
    figure.append(place);
    $("charts").append(figure);
    return () => draw(chart, shown, figure, place);
  }

  function draw(chart, shown, figure, place) {
    const axis = { stroke: css("--quiet"), grid: { stroke: css("--grid"), width: 1 }, ticks: { stroke: css("--grid"), width: 1 }, font: "12px system-ui, sans-serif" };
    const update = tip(figure, chart, shown);
    const size = () => ({ width: Math.max(200, place.clientWidth), height: innerWidth < 560 ? 210 : 240 });
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
      hooks: { drawClear: [bands], setCursor: [update] }
    }, [times, ...shown.map(policy => times.map((_, i) => policy.series[chart.key][i] ?? null))], place);
    return { plot, shown, place, size };
  }

  function drawAll() {
    plots.forEach(({ plot }) => plot.destroy());
    $("charts").replaceChildren();
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
    drawAll();
    figures();
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
      ["Policy", "Calls", "Success %", "Attempts", "Amplifi­cation, run", "Amplifi­cation, outage", "Load, peak /s", "Load after outage /s",
        "Goodput back", "p50 ms", "p99 ms", "Budget denied", "Breaker transi­tions"],
      policies.map(p => {
        const mark = element("i");
        mark.style.background = color(p);
        return [[mark, p.title + (p.partial ? " (stopped early)" : "")], number(p.calls), number(p.successPercent, 1), number(p.attempts),
          number(p.amplification, 2), number(p.outageAmplification, 2), number(p.peakLoad), number(p.loadAfterOutage), back(p),
          number(p.p50Millis), number(p.p99Millis), number(p.budgetDenied), number(p.breakerTransitions)];
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
  drawAll();
  figures();
  seconds();
})();
