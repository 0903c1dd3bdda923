package io.forbear.retry.lab.fleet;

import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;

/**
 * Reads what a store says of the budget of a fleet, and writes nothing: {@code TIME}, {@code HMGET}, {@code ZCARD} and
 * {@code ZREVRANGE} are all it sends. What it reads of the pot is written by the script of {@code retry-redis}.
 */
public final class FleetReader implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final double MILLI = 1000;
    /** Successes, returned, spent without a lease, granted. */
    private static final int TOTALS = 4;

    private final RedisClient client;
    private final RedisCommands<String, String> commands;
    private final String store;

    private FleetReader(RedisClient client, RedisCommands<String, String> commands, String store) {
        this.client = client;
        this.commands = commands;
        this.store = store;
    }

    /**
     * Returns the address of a store, without the password that its URI may have.
     *
     * @param uri as for {@link #connect}
     * @return host and port
     * @throws IllegalArgumentException if that is no URI of a store
     */
    public static String address(String uri) {
        return address(RedisURI.create(uri));
    }

    private static String address(RedisURI uri) {
        return uri.getHost() + ":" + uri.getPort();
    }

    /**
     * Connects.
     *
     * @param uri such as {@code redis://127.0.0.1:6379}, with user and password where the store wants them
     * @return a reader
     * @throws IllegalArgumentException if that is no URI of a store
     * @throws io.lettuce.core.RedisException if the store does not answer within 5 s
     */
    public static FleetReader connect(String uri) {
        RedisURI found = RedisURI.create(uri);
        found.setTimeout(PATIENCE);
        RedisClient client = RedisClient.create(found);
        try {
            StatefulRedisConnection<String, String> connection = client.connect();
            return new FleetReader(client, connection.sync(), address(found));
        } catch (RuntimeException unreachable) {
            shutdown(client);
            throw unreachable;
        }
    }

    /**
     * Reads the figures of one fleet.
     *
     * @param service the name under which processes share the budget
     * @param most how many processes are told of one by one
     * @return the figures, which are of slightly different instants while the fleet is busy
     * @throws NoSuchElementException if the store has no pot of that name; the message is its key
     * @throws io.lettuce.core.RedisException if the store does not answer, or refuses
     */
    public FleetFigures read(String service, int most) {
        String tag = "forbear:{" + encoded(service) + "}:";
        List<KeyValue<String, String>> pot =
                commands.hmget(tag + "pot", "bal", "cap", "debt", "granted", "returned", "denied", "life");
        if (!pot.get(0).hasValue()) {
            throw new NoSuchElementException(tag + "pot");
        }
        long now = time();
        long life = number(pot.get(6).getValueOrElse("0"));
        double granted = tokens(pot.get(3));
        double returned = tokens(pot.get(4));
        return new FleetFigures(
                service,
                store,
                now,
                tokens(pot.get(0)),
                tokens(pot.get(1)),
                tokens(pot.get(2)),
                granted,
                returned,
                Math.max(0, granted - returned),
                number(pot.get(5).getValueOrElse("0")),
                commands.zcard(tag + "holders"),
                most == 0 ? List.of() : holders(tag, now, life, most));
    }

    /**
     * Returns where the figures are from.
     *
     * @return host and port
     */
    public String store() {
        return store;
    }

    private long time() {
        List<String> time = commands.time();
        return TimeUnit.SECONDS.toMillis(number(time.get(0))) + TimeUnit.MICROSECONDS.toMillis(number(time.get(1)));
    }

    private List<FleetFigures.Holder> holders(String tag, long now, long life, int most) {
        List<ScoredValue<String>> newest = commands.zrevrangeWithScores(tag + "holders", 0, most - 1L);
        List<FleetFigures.Holder> holders = new ArrayList<>();
        if (newest.isEmpty()) {
            return holders;
        }
        String[] fields =
                newest.stream().map(holder -> "h:" + holder.getValue()).toArray(String[]::new);
        List<KeyValue<String, String>> told = commands.hmget(tag + "pot", fields);
        for (int i = 0; i < fields.length; i++) {
            double age = Math.max(0, now + life - newest.get(i).getScore()) / MILLI;
            holder(newest.get(i).getValue(), age, told.get(i).getValueOrElse(""), holders);
        }
        return holders;
    }

    /** Adds a holder, unless it has gone between two messages. */
    private static void holder(String id, double age, String told, List<FleetFigures.Holder> holders) {
        String[] totals = told.split(":", -1);
        if (totals.length == TOTALS) {
            holders.add(new FleetFigures.Holder(
                    id,
                    age,
                    number(totals[0]),
                    number(totals[3]) / MILLI,
                    number(totals[1]) / MILLI,
                    number(totals[2]) / MILLI));
        }
    }

    private static double tokens(KeyValue<String, String> milliTokens) {
        return number(milliTokens.getValueOrElse("0")) / MILLI;
    }

    private static long number(String text) {
        return Long.parseLong(text);
    }

    /** As the budget names its keys: all but letters, digits, dot, minus and underscore is percent-encoded. */
    private static String encoded(String service) {
        return URLEncoder.encode(service, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
    }

    private static void shutdown(RedisClient client) {
        client.shutdown(Duration.ZERO, PATIENCE);
    }

    @Override
    public void close() {
        shutdown(client);
    }
}
