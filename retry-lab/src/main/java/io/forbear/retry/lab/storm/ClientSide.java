package io.forbear.retry.lab.storm;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that has a part of the clients of a storm. It says {@value #READY} when it is warm; on {@value #GO} it
 * makes the calls of its clients, says now and then how many end well, and at last what it counted. The end of its
 * input, or {@value #STOP}, ends its calls early.
 */
public final class ClientSide {

    static final String READY = "ready";
    static final String GO = "go";
    static final String STOP = "stop";
    static final String GOODPUT = "goodput";
    static final String REPORT = "report";

    private static final int SLICES = 10;

    private final Course course;
    private final StormPolicy policy;
    private final int share;
    private final int of;
    private volatile boolean stopped;
    private int slices;

    /**
     * Prepares.
     *
     * @param course what happens in every process of the run; its seed decides who of all clients calls when
     * @param policy by which the clients call
     * @param run the number of the run, from 1
     * @param share which part of the clients is here, from 0
     * @param of how many processes there are
     */
    public ClientSide(Course course, StormPolicy policy, int run, int share, int of) {
        this.course = course.run(run);
        this.policy = policy;
        this.share = share;
        this.of = of;
    }

    /**
     * Runs until the calls are over.
     *
     * @param in what the parent says
     * @param out to the parent
     * @throws IOException if the parent cannot be heard
     * @throws InterruptedException if this thread is interrupted
     */
    public void run(BufferedReader in, PrintStream out) throws IOException, InterruptedException {
        Scenario calm = Scenario.calm(Duration.ofSeconds(1), 100, 1);
        new StormRun(Course.of(calm), Policies.standard().get(0), StormListener.NOBODY, () -> false, Instruments.NONE)
                .run();
        TransitionLog log = new TransitionLog();
        try (Fleet fleet = new Fleet(course, client -> client % of == share, policy, log, Instruments.NONE)) {
            say(out, READY);
            String line = in.readLine();
            if (line == null || !line.startsWith(GO)) {
                return;
            }
            String[] words = line.split(" ", -1);
            long startNanos = System.nanoTime() + Long.parseLong(words[1]) - wallNanos();
            List<URI> uris =
                    Arrays.stream(words[2].split(",", -1)).map(URI::create).toList();
            DaemonThreads.named("storm-parent").newThread(() -> listen(in)).start();
            Meter meter = StormRun.meter(course, startNanos);
            fleet.begin(startNanos, uris, meter);
            Sampler sampler = calls(startNanos, fleet, meter, out);
            ClientCounts counts = ClientCounts.of(fleet.snapshots(), log.transitions());
            say(out, REPORT + " " + new ObjectMapper().writeValueAsString(ClientReport.of(meter, sampler, counts)));
        }
    }

    private Sampler calls(long startNanos, Fleet fleet, Meter meter, PrintStream out) throws InterruptedException {
        Sampler sampler = new Sampler(meter, () -> 0, fleet::snapshots);
        new Offering(course, startNanos, () -> stopped, () -> {
                    sampler.sample();
                    if (++slices % SLICES == 0) {
                        say(out, GOODPUT + " " + StormRun.recent(meter));
                    }
                })
                .run(fleet);
        StormRun.drain(fleet);
        return sampler;
    }

    private void listen(BufferedReader in) {
        try {
            String line = in.readLine();
            while (line != null && !line.equals(STOP)) {
                line = in.readLine();
            }
        } catch (IOException parentIsGone) {
            // as if it had said so
        }
        stopped = true;
    }

    private static void say(PrintStream out, String line) {
        out.println(line);
        out.flush();
    }

    /** The time that processes share. */
    static long wallNanos() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }
}
