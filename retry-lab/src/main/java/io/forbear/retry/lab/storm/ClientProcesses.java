package io.forbear.retry.lab.storm;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The processes of the clients of one run, from their start to their end. Used by one thread. */
final class ClientProcesses implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 120;
    private static final long END_SECONDS = 10;

    /** So many processes start at a time: all at once on a few processors would start no sooner, and be late. */
    private static final int STARTING = 2 * Runtime.getRuntime().availableProcessors();

    private static final String GONE = "";

    private final List<Client> clients = new ArrayList<>();

    /** One process. What it says comes from a thread of its own. */
    private static final class Client {
        private final Process process;
        private final Writer in;
        private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
        private volatile double goodput;

        Client(Process process) {
            this.process = process;
            this.in = process.outputWriter(StandardCharsets.UTF_8);
            DaemonThreads.named("storm-process").newThread(this::listen).start();
        }

        private void listen() {
            try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    if (line.startsWith(ClientSide.GOODPUT)) {
                        goodput = Double.parseDouble(line.substring(ClientSide.GOODPUT.length() + 1));
                    } else {
                        said.add(line);
                    }
                }
            } catch (IOException ended) {
                // told below
            }
            said.add(GONE);
        }

        /** Waits for a line that begins with a word; returns the rest. */
        String await(String word) throws IOException, InterruptedException {
            String line = said.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (line == null || !line.startsWith(word)) {
                String found = line == null ? "nothing" : line.equals(GONE) ? "the end" : line;
                throw new IOException(
                        "process of clients: " + found + " (expected: " + word + " within " + PATIENCE_SECONDS + " s)");
            }
            return line.substring(word.length()).trim();
        }

        void say(String line) throws IOException {
            in.write(line + "\n");
            in.flush();
        }

        /** Lets the process end, which it does when it hears no more. */
        void end() {
            try {
                in.close();
            } catch (IOException alreadyOver) {
                // that is what is wanted
            }
            try {
                process.waitFor(END_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
            process.destroyForcibly(); // nothing where it has ended
        }
    }

    /** Starts the processes and waits until all of them are warm. */
    static ClientProcesses start(ClientLauncher launcher, StormPolicy policy, int run)
            throws IOException, InterruptedException {
        ClientProcesses processes = new ClientProcesses();
        try {
            int count = launcher.processes();
            for (int share = 0; share < count + STARTING; share++) {
                if (share >= STARTING) {
                    processes.clients.get(share - STARTING).await(ClientSide.READY);
                }
                if (share < count) {
                    processes.clients.add(new Client(launcher.start(policy, run, share)));
                }
            }
        } catch (IOException | InterruptedException e) {
            processes.close();
            throw e;
        }
        return processes;
    }

    /** Lets the calls begin at an instant. */
    void go(long startNanos, List<URI> uris) throws IOException {
        long start = ClientSide.wallNanos() + startNanos - System.nanoTime();
        String all = uris.stream().map(URI::toString).collect(Collectors.joining(","));
        for (Client client : clients) {
            client.say(ClientSide.GO + " " + start + " " + all);
        }
    }

    /** Lets the calls end early. */
    void stop() throws IOException {
        for (Client client : clients) {
            client.say(ClientSide.STOP);
        }
    }

    /** Calls per second that ended well, as the processes told last. */
    double goodput() {
        return clients.stream().mapToDouble(client -> client.goodput).sum();
    }

    /** Waits until all have told what they counted. */
    List<ClientReport> reports() throws IOException, InterruptedException {
        List<ClientReport> reports = new ArrayList<>();
        ObjectMapper json = new ObjectMapper();
        for (Client client : clients) {
            reports.add(json.readValue(client.await(ClientSide.REPORT), ClientReport.class));
        }
        return reports;
    }

    @Override
    public void close() {
        clients.forEach(Client::end);
    }
}
