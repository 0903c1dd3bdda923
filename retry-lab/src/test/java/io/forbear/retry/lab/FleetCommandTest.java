package io.forbear.retry.lab;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.redis.FleetBudget;
import io.forbear.retry.redis.LettuceStore;
import io.forbear.retry.testsupport.RedisProcess;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The budget of a running fleet, read from a real store by a user that may write nothing. */
class FleetCommandTest {

    private static final String SERVICE = "users eu/1*{a}";
    private static final double INITIAL = 20;
    private static final long PATIENCE_NANOS = 120_000_000_000L;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private RedisProcess server;
    private RedisClient client;
    private StatefulRedisConnection<String, String> connection;

    @BeforeEach
    void start() {
        server = RedisProcess.start();
        client = RedisClient.create("redis://127.0.0.1:" + server.port());
        connection = client.connect();
        connection
                .sync()
                .aclSetuser(
                        "viewer",
                        AclSetuserArgs.Builder.on()
                                .addPassword("secret")
                                .keyPattern("forbear:*")
                                .addCommand(CommandType.TIME)
                                .addCommand(CommandType.HMGET)
                                .addCommand(CommandType.ZCARD)
                                .addCommand(CommandType.ZREVRANGE));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
            server.close();
        }
    }

    private int fleet(String... args) {
        CommandLine line = RetryLab.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    private JsonNode looked(Path json) {
        assertThat(look(json)).as(err.toString()).isZero();
        try {
            return new ObjectMapper().readTree(json.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int look(Path json) {
        return fleet(
                "fleet",
                SERVICE,
                "--store",
                "redis://viewer:secret@127.0.0.1:" + server.port(),
                "--json",
                json.toString());
    }

    private static void await(String what, BooleanSupplier holds) {
        long start = System.nanoTime();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - start)
                    .as("not within 2 minutes: " + what)
                    .isLessThan(PATIENCE_NANOS);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private FleetBudget budget() {
        return FleetBudget.builder(LettuceStore.of(client.connect().async()), SERVICE)
                .capacity(40)
                .initial((int) INITIAL)
                .refillPerSecond(0)
                .ratio(0)
                .leaseTimeout(Duration.ofSeconds(10)) // a slow machine is not to look like a store that is down
                .build();
    }

    @Test
    void aFleetIsShownToAUserThatMayWriteNothing(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("fleet.json");
        try (FleetBudget first = budget();
                FleetBudget second = budget()) {
            RetryBudget one = first.create(NanoClock.system());
            second.create(NanoClock.system());
            int[] spent = new int[1];
            await("two holders, and all tokens spent", () -> {
                spent[0] += one.tryWithdraw(TRANSIENT, NORMAL, 0) >= 0 ? 1 : 0;
                return spent[0] >= 19
                        && first.snapshot().denied() > 1
                        && second.snapshot().holders() == 2;
            });

            JsonNode[] looked = new JsonNode[1];
            await("a look between two messages", () -> {
                looked[0] = looked(json);
                return looked[0].at("/granted").asDouble()
                                + looked[0].at("/balance").asDouble()
                                + unleased(looked[0])
                        == INITIAL + looked[0].at("/owed").asDouble();
            });
            JsonNode seen = looked[0];
            assertThat(seen.at("/service").asText()).isEqualTo(SERVICE);
            assertThat(seen.at("/store").asText()).isEqualTo("127.0.0.1:" + server.port());
            assertThat(seen.at("/capacity").asDouble()).isEqualTo(40);
            assertThat(seen.at("/balance").asDouble()).isBetween(0.0, 1.0);
            assertThat(seen.at("/holders").asLong()).isEqualTo(2);
            assertThat(seen.at("/denied").asLong()).isPositive();
            assertThat(seen.at("/granted").asDouble()).isBetween(INITIAL - 4, INITIAL);
            assertThat(seen.at("/leased").asDouble())
                    .isEqualTo(seen.at("/granted").asDouble()
                            - seen.at("/returned").asDouble());
            assertThat(seen.at("/newest")).hasSize(2).allSatisfy(holder -> {
                assertThat(holder.at("/id").asText()).isNotEmpty();
                assertThat(holder.at("/ageSeconds").asDouble()).isNotNegative();
            });
            assertThat(out.toString()).contains(SERVICE + " at 127.0.0.1:", "2 processes", "balance", "denied");
            assertThat(out.toString() + err).doesNotContain("secret");
        }
    }

    private static double unleased(JsonNode seen) {
        double sum = 0;
        for (JsonNode holder : seen.at("/newest")) {
            sum += holder.at("/withoutLease").asDouble();
        }
        return sum;
    }

    @Test
    void aBudgetThatIsNotThereIsNamedByItsKey(@TempDir Path folder) {
        assertThat(look(folder.resolve("fleet.json"))).isOne();

        assertThat(err.toString())
                .isEqualTo("retry-lab: SERVICE: " + SERVICE + " (expected: a budget in use; the store has no key"
                        + " forbear:{users%20eu%2F1%2A%7Ba%7D}:pot)" + System.lineSeparator());
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aStoreThatIsNotThereIsNamedWithoutItsPassword() {
        int port = server.port();
        server.kill();

        assertThat(fleet("fleet", "users", "--store", "redis://viewer:secret@127.0.0.1:" + port))
                .isOne();

        assertThat(err.toString())
                .startsWith("retry-lab: --store: 127.0.0.1:" + port + " (expected: a Redis or Valkey that answers; ")
                .doesNotContain("secret");
    }
}
