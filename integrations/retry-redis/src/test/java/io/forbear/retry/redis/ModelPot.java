package io.forbear.retry.redis;

import io.forbear.retry.redis.ScriptClock.Message;
import io.forbear.retry.redis.ScriptClock.Settings;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The pot as the page on the fleet budget tells it, in exact arithmetic and with a ledger of what was earned. Holders
 * neither die nor leave.
 */
final class ModelPot {

    private record Known(long successes, long returned, long spent, long granted) {}

    private final Settings settings;
    private final Map<String, Known> holders = new HashMap<>();
    private long balance;
    private long nowMillis;
    private long sinceMillis;
    private BigDecimal byTime = BigDecimal.ZERO;
    private long byCalls;
    private long returned;
    private long spent;
    private long debt;
    private long granted;

    ModelPot(Settings settings) {
        this.settings = settings;
        this.balance = settings.initial();
    }

    List<Long> run(Message message, long nowMillis) {
        boolean first = holders.isEmpty();
        passTime(first, nowMillis);
        Known before = holders.getOrDefault(
                message.holder(),
                new Known(message.successes(), message.returned(), message.spent(), message.granted()));
        long calls = Math.max(0, message.successes() - before.successes()) * settings.ratio();
        long unleased = Math.max(0, message.spent() - before.spent());
        long held = before.granted() + before.spent() + unleased;
        long back = Math.max(0, Math.min(message.returned(), held) - before.returned());
        byCalls += calls;
        returned += back;
        add(calls + back);
        spent += unleased;
        debt += unleased;
        long paid = Math.min(debt, balance);
        balance -= paid;
        debt -= paid;
        long forgiven = Math.max(0, debt - settings.capacity());
        debt -= forgiven;
        spent -= forgiven;
        int count = holders.containsKey(message.holder()) ? holders.size() : holders.size() + 1;
        long fresh = fresh(message, before, count);
        balance -= fresh;
        granted += fresh;
        holders.put(
                message.holder(),
                new Known(
                        Math.max(before.successes(), message.successes()),
                        before.returned() + back,
                        Math.max(before.spent(), message.spent()),
                        before.granted() + fresh));
        return List.of(before.granted() + fresh, balance, (long) count);
    }

    private long fresh(Message message, Known before, int count) {
        long wanted = message.ask() - (before.granted() - message.granted());
        long free = Math.max(0, balance - message.keep());
        return Math.max(0, Math.min(wanted, Math.max(free / count, Math.min(1000, free))));
    }

    /** Time counts in the milliseconds that whole milli-tokens have paid for; a full pot forgets the rest. */
    private void passTime(boolean first, long nowMillis) {
        this.nowMillis = nowMillis;
        if (first || nowMillis < sinceMillis) {
            sinceMillis = nowMillis;
        }
        byTime = byTime.add(BigDecimal.valueOf((nowMillis - sinceMillis) * settings.refill(), 3));
        long earned = (nowMillis - sinceMillis) * settings.refill() / 1000;
        if (settings.refill() > 0) {
            long paid = -Math.floorDiv(-earned * 1000, settings.refill());
            // what the rest of the time will earn is counted with the next message
            byTime = byTime.subtract(BigDecimal.valueOf((nowMillis - sinceMillis - paid) * settings.refill(), 3));
            sinceMillis += paid;
        }
        balance += Math.min(earned, settings.capacity());
    }

    private void add(long amount) {
        balance += amount;
        if (balance >= settings.capacity()) {
            balance = settings.capacity();
            sinceMillis = nowMillis;
        }
    }

    long granted(String holder) {
        return holders.get(holder).granted();
    }

    /** What holders got by leases and on their floors, without what is still owed for it. */
    long paidFor() {
        return granted + spent - returned - debt;
    }

    /** What there was at the start, and what time and calls have earned since, forfeited or not. */
    long earned() {
        return settings.initial() + byTime.setScale(0, RoundingMode.CEILING).longValueExact() + byCalls;
    }
}
