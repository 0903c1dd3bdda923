package io.forbear.retry.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.api.sync.RedisCommands;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A fleet of processes that goes through one fault after the other, each on a pot of its own. Each fault prints a row
 * of the table in the page on the fleet budget. The number of processes and the seconds of all faults together are the
 * system properties {@code fleet.processes} and {@code fleet.seconds}.
 */
class KilledProcessesTest {

    private static final int PROCESSES = Integer.getInteger("fleet.processes", 4);
    private static final long SECONDS = Long.getLong("fleet.seconds", 7);

    private static final int FAULTS = 7;
    private static final long EACH_MILLIS = SECONDS * 1000 / FAULTS;
    /** A fault stands for so long, and what is left is for the recovery. */
    private static final long FAULT_MILLIS = Math.min(5000, EACH_MILLIS * 6 / 10);
    /** A client that lost its connection looks for it more seldom the longer it is gone. */
    private static final long DOWN_MILLIS = Math.min(1000, FAULT_MILLIS);

    /** As long as may be, for a slow machine is not to look like a store that hangs. */
    private static final long TIMEOUT_MILLIS = Math.min(1000, FAULT_MILLIS / 3);

    /** So many processes start at a time. */
    private static final int STARTING = 8;

    private final List<Member> fleet = new ArrayList<>();
    private int faults;

    /** A process, and what it wrote of the pot that it draws from. */
    private static final class Member {
        final Process process;
        final AtomicLong retries = new AtomicLong();
        final AtomicLong floor = new AtomicLong();
        final AtomicLong ends = new AtomicLong();
        private final Thread reader;
        private final Writer input;

        Member(Process process) {
            this.process = process;
            this.input = process.outputWriter(StandardCharsets.UTF_8);
            this.reader = new Thread(this::read, "reader");
            reader.start();
        }

        private void read() {
            try (InputStream in = process.getInputStream()) {
                for (int b = in.read(); b >= 0; b = in.read()) {
                    switch (b) {
                        case FleetProcess.RETRY -> retries.incrementAndGet();
                        case FleetProcess.FLOOR -> floor.incrementAndGet();
                        default -> ends.incrementAndGet();
                    }
                }
            } catch (IOException closed) {
                return; // killed: what was read counts
            }
        }

        void draw(String pot) throws IOException {
            retries.set(0);
            floor.set(0);
            ends.set(0);
            say(pot);
        }

        void say(String line) throws IOException {
            input.write(line + "\n");
            input.flush();
        }

        boolean hasEnded() {
            return ends.get() > 0 || !reader.isAlive();
        }

        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
            reader.join();
        }
    }

    /** What happens to the store or to the fleet. */
    private interface Event {
        void happen() throws Exception;
    }

    @Test
    void theRetriesOfAFleetStayWithinItsQuotaThroughEachFault() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            try {
                for (int i = 0; i < PROCESSES; i++) {
                    fleet.add(new Member(launch(server.port())));
                    if (fleet.size() % STARTING == 0) {
                        awaitEnds();
                    }
                }
                awaitEnds();
                through("none", server, 0, () -> {});
                through("SIGSTOP, " + seconds(FAULT_MILLIS), server, 0, () -> {
                    server.freeze();
                    pass(FAULT_MILLIS);
                    server.thaw();
                });
                through("`SCRIPT FLUSH`", server, 0, () -> server.commands().scriptFlush());
                through("`maxmemory 1`, " + seconds(FAULT_MILLIS), server, 0, () -> {
                    server.commands().configSet("maxmemory", "1");
                    pass(FAULT_MILLIS);
                    server.commands().configSet("maxmemory", "0");
                });
                through("killed, started empty", server, FleetProcess.INITIAL, () -> {
                    server.kill();
                    pass(DOWN_MILLIS);
                    server.restart();
                });
                try (RedisServer replica = server.startReplica()) {
                    through("primary killed, its replica takes over", server, 0, () -> {
                        server.kill();
                        pass(DOWN_MILLIS);
                        replica.takeOver(server.port());
                    });
                    through("`kill -9` of " + PROCESSES / 2, server, 0, () -> {
                        for (Member member : fleet.subList(0, PROCESSES / 2)) {
                            member.kill();
                        }
                    });
                }
            } finally {
                for (Member member : fleet) {
                    member.kill();
                }
            }
        }
    }

    private void draw(String pot, RedisCommands<String, String> commands) throws IOException {
        for (Member member : fleet) {
            member.draw(pot);
        }
        Await.until("all are holders", () -> commands.zcard("forbear:{" + pot + "}:holders") == PROCESSES);
    }

    private void enough() throws IOException {
        for (Member member : fleet) {
            if (member.process.isAlive()) {
                member.say("enough");
            }
        }
        awaitEnds();
    }

    private void awaitEnds() {
        Await.until("all are idle", () -> fleet.stream().allMatch(Member::hasEnded));
    }

    /**
     * Lets the fleet spend a pot of its own while something happens.
     *
     * @param lost tokens that the fault may add, as documented
     */
    private void through(String fault, RedisServer server, int lost, Event event) throws Exception {
        RedisCommands<String, String> commands = server.commands();
        long start = System.nanoTime();
        draw("fault-" + ++faults, commands);
        long begun = System.nanoTime();
        event.happen();
        pass(EACH_MILLIS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        enough();

        long seen = fleet.stream().mapToLong(one -> one.retries.get()).sum();
        long floor = fleet.stream().mapToLong(one -> one.floor.get()).sum();
        double quota = FleetProcess.INITIAL + (System.nanoTime() - start) / 1e9 * FleetProcess.REFILL;
        System.out.printf(
                "| %s | %.0f = %.0f + %d + %d | %d |%n", fault, quota + lost + floor, quota, lost, floor, seen);
        assertThat((double) seen).as(fault).isPositive().isLessThanOrEqualTo(quota + lost + floor);
        assertThat((double) floor)
                .as(fault + ": the floor is what the pot would have given, and the token that each process starts with")
                .isLessThanOrEqualTo(quota + PROCESSES);
    }

    private static String seconds(long millis) {
        return millis / 1000.0 + " s";
    }

    private static void pass(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private static Process launch(int port) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx48m",
                        "-cp",
                        classPath(),
                        FleetProcess.class.getName(),
                        Integer.toString(port),
                        Integer.toString(PROCESSES),
                        Long.toString(TIMEOUT_MILLIS))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** The paths of this JVM, modules included, and the folder of the tests, which a module hides. */
    private static String classPath() {
        URL here = KilledProcessesTest.class.getResource("KilledProcessesTest.class");
        try {
            Path tests = Path.of(here.toURI());
            for (int i = 0; i < KilledProcessesTest.class.getName().split("\\.").length; i++) {
                tests = tests.getParent();
            }
            return Stream.of(
                            tests.toString(),
                            System.getProperty("java.class.path", ""),
                            System.getProperty("jdk.module.path", ""))
                    .filter(path -> !path.isEmpty())
                    .collect(Collectors.joining(File.pathSeparator));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
