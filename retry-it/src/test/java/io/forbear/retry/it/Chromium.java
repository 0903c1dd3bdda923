package io.forbear.retry.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One page of a headless Chromium, driven by its DevTools protocol over the JDK's own web socket. */
final class Chromium implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://([^/]+)/");
    private static final String LOADED =
            "new Promise(done => document.readyState == 'complete' ? done() : addEventListener('load', "
                    + "() => setTimeout(done)))";

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger commands = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final BlockingQueue<String> loaded = new LinkedBlockingQueue<>();
    /** What the console, the log or an exception said. */
    final List<String> complaints = new CopyOnWriteArrayList<>();

    static Optional<Path> find() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(Pattern.quote(java.io.File.pathSeparator)))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    Chromium(Path program, Path folder) throws Exception {
        Path log = folder.resolve("chromium.log");
        process = new ProcessBuilder(
                        program.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--window-size=1280,1600",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            HttpClient http = HttpClient.newHttpClient();
            socket = http.newWebSocketBuilder()
                    .buildAsync(page(http, address(log)), new Messages())
                    .get(1, TimeUnit.MINUTES);
        } catch (Exception | Error failure) {
            stop();
            throw failure;
        }
        for (String part : List.of("Page.enable", "Runtime.enable", "Log.enable")) {
            send(part, JSON.createObjectNode());
        }
        evaluate(LOADED);
        loaded.clear(); // of the blank page, which may be told only now
    }

    /** Waits until the browser has its first page, which may come after it listens. */
    private static URI page(HttpClient http, String address) throws IOException, InterruptedException {
        HttpRequest list = HttpRequest.newBuilder(URI.create("http://" + address + "/json/list"))
                .build();
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (System.nanoTime() < end) {
            for (JsonNode target :
                    JSON.readTree(http.send(list, BodyHandlers.ofString()).body())) {
                if (target.path("type").asText().equals("page")) {
                    return URI.create(target.path("webSocketDebuggerUrl").asText());
                }
            }
            Thread.sleep(10);
        }
        throw new IOException("chromium has no page");
    }

    /** Waits until the browser has written where it listens. */
    private String address(Path log) throws IOException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (process.isAlive() && System.nanoTime() < end) {
            Matcher line = LISTENING.matcher(Files.readString(log));
            if (line.find()) {
                return line.group(1);
            }
            Thread.onSpinWait();
        }
        throw new IOException("chromium did not start: " + Files.readString(log));
    }

    void open(Path file) throws Exception {
        send("Page.navigate", JSON.createObjectNode().put("url", file.toUri().toString()));
        if (loaded.poll(1, TimeUnit.MINUTES) == null) {
            throw new IOException("not loaded within a minute: " + file);
        }
    }

    /** Evaluates an expression, waiting for what it promises. */
    JsonNode evaluate(String expression) throws Exception {
        JsonNode answer = send(
                "Runtime.evaluate",
                JSON.createObjectNode()
                        .put("expression", expression)
                        .put("awaitPromise", true)
                        .put("returnByValue", true));
        if (answer.has("exceptionDetails")) {
            throw new IOException(expression + ": " + answer.get("exceptionDetails"));
        }
        return answer.path("result").path("value");
    }

    void moveMouse(double x, double y) throws Exception {
        send(
                "Input.dispatchMouseEvent",
                JSON.createObjectNode().put("type", "mouseMoved").put("x", x).put("y", y));
    }

    JsonNode send(String method, ObjectNode parameters) throws Exception {
        int id = commands.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        ObjectNode command = JSON.createObjectNode().put("id", id).put("method", method);
        command.set("params", parameters);
        socket.sendText(command.toString(), true).get(1, TimeUnit.MINUTES);
        JsonNode message = answer.get(1, TimeUnit.MINUTES);
        if (message.has("error")) {
            throw new IOException(method + ": " + message.get("error"));
        }
        return message.path("result");
    }

    private void received(JsonNode message) {
        if (message.has("id")) {
            answers.remove(message.get("id").asInt()).complete(message);
            return;
        }
        JsonNode said = message.path("params");
        switch (message.path("method").asText()) {
            case "Page.loadEventFired" -> loaded.add("loaded");
            case "Runtime.exceptionThrown" -> complaints.add(said.toString());
            case "Runtime.consoleAPICalled" -> {
                if (said.path("type").asText().matches("error|warning|assert")) {
                    complaints.add(said.toString());
                }
            }
            case "Log.entryAdded" -> {
                if (said.path("entry").path("level").asText().matches("error|warning")) {
                    complaints.add(said.toString());
                }
            }
            default -> {}
        }
    }

    private final class Messages implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                try {
                    received(JSON.readTree(text.toString()));
                } catch (IOException e) {
                    complaints.add(e.toString());
                }
                text.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }

    private void stop() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        socket.abort();
        stop();
    }
}
