package io.forbear.retry.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.List;

/** Runs the script on a real server with a time that a test sets, which may run backwards. */
final class ScriptClock {

    private static final String TIME = "redis.call('TIME')";

    private final RedisCommands<String, String> commands;
    private final String sha;
    private final String[] keys;
    long nowMillis = 1_700_000_000_000L;

    ScriptClock(RedisCommands<String, String> commands, String service) {
        assertThat(LeaseScript.TEXT).containsOnlyOnce(TIME);
        this.commands = commands;
        this.sha = commands.scriptLoad(LeaseScript.TEXT.replace(TIME, "{ ARGV[14], ARGV[15] }"));
        this.keys = new String[] {"forbear:{" + service + "}:pot", "forbear:{" + service + "}:holders"};
    }

    /** Returns granted, balance, holders and time. */
    List<Long> run(Message message) {
        List<String> arguments = new ArrayList<>(message.arguments());
        arguments.add(Long.toString(nowMillis / 1000));
        arguments.add(Long.toString(nowMillis % 1000 * 1000));
        return commands.evalsha(sha, ScriptOutputType.MULTI, keys, arguments.toArray(String[]::new));
    }

    void forget() {
        commands.del(keys);
    }

    /** The settings that all messages of a test share. */
    record Settings(long capacity, long refill, long ratio, long initial, long life) {}

    record Message(
            Settings settings,
            String holder,
            long successes,
            long returned,
            long spent,
            long granted,
            long ask,
            long keep,
            boolean leave) {

        static Message of(Settings settings, String holder) {
            return new Message(settings, holder, 0, 0, 0, 0, 0, 0, false);
        }

        Message asking(long amount) {
            return new Message(settings, holder, successes, returned, spent, granted, amount, keep, leave);
        }

        Message keeping(long amount) {
            return new Message(settings, holder, successes, returned, spent, granted, ask, amount, leave);
        }

        Message with(long nowSuccesses, long nowReturned, long nowSpent, long nowGranted) {
            return new Message(settings, holder, nowSuccesses, nowReturned, nowSpent, nowGranted, ask, keep, leave);
        }

        Message leaving() {
            return new Message(settings, holder, successes, returned, spent, granted, 0, keep, true);
        }

        List<String> arguments() {
            List<String> texts = new ArrayList<>();
            for (long number :
                    new long[] {settings.capacity, settings.refill, settings.ratio, settings.initial, settings.life}) {
                texts.add(Long.toString(number));
            }
            texts.add(holder);
            for (long number : new long[] {successes, returned, spent, granted, ask, keep, leave ? 1 : 0}) {
                texts.add(Long.toString(number));
            }
            return texts;
        }
    }
}
