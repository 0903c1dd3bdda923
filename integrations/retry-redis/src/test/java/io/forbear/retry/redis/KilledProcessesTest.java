package io.forbear.retry.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.api.sync.RedisCommands;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Processes that are killed while the store hangs. The number of processes and the seconds after the kill are the
 * system properties {@code fleet.processes} and {@code fleet.seconds}.
 */
class KilledProcessesTest {

    private static final int PROCESSES = Integer.getInteger("fleet.processes", 4);
    private static final int SECONDS = Integer.getInteger("fleet.seconds", 2);

    /** A process, and what it wrote. */
    private static final class Member {
        final Process process;
        final Thread reader;
        final AtomicLong retries = new AtomicLong();
        final AtomicLong floor = new AtomicLong();

        Member(Process process) {
            this.process = process;
            this.reader = new Thread(this::read, "reader");
            reader.start();
        }

        private void read() {
            try (InputStream in = process.getInputStream()) {
                for (int b = in.read(); b >= 0; b = in.read()) {
                    (b == '.' ? retries : floor).addAndGet(b == 'F' ? 0 : 1);
                }
            } catch (IOException closed) {
                return; // killed: what was read counts
            }
        }
    }

    @Test
    void theRetriesOfAFleetStayWithinItsQuotaWhenHalfOfItIsKilledAndTheStoreHangs() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            RedisCommands<String, String> commands = server.commands();
            long start = System.nanoTime();
            List<Member> fleet = new ArrayList<>();
            try {
                for (int i = 0; i < PROCESSES; i++) {
                    fleet.add(new Member(launch(server.port())));
                }
                Await.until("all are holders", () -> commands.zcard("forbear:{processes}:holders") == PROCESSES);
                Await.until("all retry", () -> fleet.stream().allMatch(one -> one.retries.get() > 0));
                for (Member member : fleet.subList(0, PROCESSES / 2)) {
                    member.process.destroyForcibly().waitFor();
                }
                server.freeze();
                sleep(SECONDS);
                server.thaw();
                commands.scriptFlush();
                sleep(SECONDS);
            } finally {
                end(fleet);
            }
            long seen = fleet.stream().mapToLong(one -> one.retries.get()).sum();
            long floor = fleet.stream().mapToLong(one -> one.floor.get()).sum() + PROCESSES / 2;
            double quota = FleetProcess.INITIAL + (System.nanoTime() - start) / 1e9 * FleetProcess.REFILL;
            System.out.printf(
                    "| kill -9 of %d of %d, SIGSTOP, SCRIPT FLUSH | %.0f = quota %.0f + floor %d | %d |%n",
                    PROCESSES / 2, PROCESSES, quota + floor, quota, floor, seen);

            assertThat((double) seen).isPositive().isLessThanOrEqualTo(quota + floor);
            assertThat((double) floor).isLessThanOrEqualTo(quota);
        }
    }

    private static void sleep(int seconds) {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        Await.until("time passes", () -> System.nanoTime() - end >= 0);
    }

    /** Ends those that were not killed, which tell what they spent on the floor. */
    private static void end(List<Member> fleet) throws InterruptedException {
        for (Member member : fleet) {
            try {
                member.process.getOutputStream().write('\n');
                member.process.getOutputStream().flush();
            } catch (IOException killed) {
                continue;
            }
        }
        for (Member member : fleet) {
            member.process.waitFor();
            member.reader.join();
        }
    }

    private static Process launch(int port) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        FleetProcess.class.getName(),
                        Integer.toString(port),
                        Integer.toString(PROCESSES))
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
