package io.forbear.retry.redis;

import io.forbear.retry.NanoClock;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One process as a holder of a pot in the store: decides when to send a message, for how much to ask, and what an
 * answer or its absence means. One message is under way at a time.
 */
final class Lease {
    /*
     * State      the fields without a modifier, of the lease thread alone; published, what a snapshot shows.
     * Writers    the lease thread. closing is set by close().
     * Ordering   volatile.
     */

    /** A message each so often while calls flow, so that their successes are deposited. */
    static final long SETTLE_NANOS = 5_000_000_000L;

    /** Two messages are at least so far apart. */
    private static final long MIN_GAP_NANOS = 20_000_000L;

    /** After an answer without a token, the next question comes after so long, and after twice as long each time. */
    private static final long FIRST_BACKOFF_NANOS = 100_000_000L;

    private static final long LONGEST_BACKOFF_NANOS = 1_000_000_000L;

    /** A store that failed is asked each so often. */
    private static final long PROBE_NANOS = 1_000_000_000L;

    /** While there is a floor, it is looked at each so often. */
    private static final long FLOOR_NANOS = 100_000_000L;

    /** A block that lasts shorter is doubled, one that lasts longer than a settlement is halved. */
    private static final long SHORT_BLOCK_NANOS = 250_000_000L;

    private static final long LOG_NANOS = 10_000_000_000L;

    /** The first answer may take so many times as long: a process that starts loads classes and connects. */
    private static final int FIRST_TIMEOUTS = 10;

    private final FleetSettings settings;
    private final StoreConnection store;
    private final NanoClock clock;
    private final Pot pot;
    private final List<String> keys;
    private final String holder = UUID.randomUUID().toString();
    private final Floor floor;

    private @Nullable LeaseRequest inFlight;
    private Totals stored = Totals.NONE;
    private boolean known;
    private long granted;
    private long spentOnFloor;
    private long block = FleetBudget.TOKEN;
    private long blockSince;
    private long backoff;
    private long nextAsk;
    private long lastSent;
    private long nextFloor;
    private long nextLog;
    private boolean floorLogged;

    private volatile Progress published;
    private volatile boolean closing;
    private volatile boolean closed;

    Lease(FleetSettings settings, StoreConnection store, Pot pot, long startedWith, NanoClock clock) {
        this.settings = settings;
        this.store = store;
        this.pot = pot;
        this.clock = clock;
        this.keys = settings.keys();
        this.floor = new Floor(settings);
        this.spentOnFloor = startedWith;
        long now = clock.nanoTime();
        this.blockSince = now;
        this.nextAsk = now;
        this.lastSent = now - SETTLE_NANOS;
        this.nextLog = now;
        this.published = Progress.start(settings.initial(), startedWith, now);
    }

    String service() {
        return settings.service();
    }

    boolean isOpen() {
        return !closed;
    }

    void close() {
        closing = true;
        LeaseThread.wake();
    }

    /** Does what is due, and returns the nanoseconds until something is due again. For the lease thread. */
    long step() {
        long now = clock.nanoTime();
        if (closing) {
            leave(now);
            return Long.MAX_VALUE;
        }
        LeaseRequest request = inFlight;
        if (request != null && !settle(request, now)) {
            feedFromFloor(now);
            return Math.min(request.sentNanos + timeoutNanos() - now, untilFloor(now));
        }
        feedFromFloor(now);
        long wait = nextMessage(now) - now;
        if (wait <= 0) {
            send(now);
            return timeoutNanos();
        }
        return Math.min(wait, untilFloor(now));
    }

    /** Looks whether a message has ended. */
    private boolean settle(LeaseRequest request, long now) {
        if (request.isDone()) {
            inFlight = null;
            List<Long> answer = request.answer();
            Throwable failure = request.failure();
            if (answer != null && answer.size() >= 3) {
                answered(request, answer, now);
            } else {
                failed(
                        failure == null ? FloorReason.ERROR : FloorReason.of(failure),
                        failure == null ? "not an answer of the script: " + answer : FloorReason.said(failure),
                        now);
            }
            return true;
        }
        if (now - request.sentNanos < timeoutNanos()) {
            return false;
        }
        inFlight = null;
        request.cancel();
        failed(FloorReason.TIMEOUT, "no answer in " + timeoutNanos() / 1_000_000 + " ms", now);
        return true;
    }

    private long timeoutNanos() {
        long usual = settings.timeoutNanos();
        return published.state() == FleetState.STARTING ? usual * FIRST_TIMEOUTS : usual;
    }

    private long nextMessage(long now) {
        if (published.state() == FleetState.FLOOR) {
            return nextAsk;
        }
        if (pot.isWanted() || published.state() == FleetState.STARTING) {
            return nextAsk;
        }
        if (totals().isAhead(stored)) {
            return lastSent + SETTLE_NANOS;
        }
        return Math.min(now + SETTLE_NANOS, lastSent + settings.holderLifeMillis() * 1_000_000 / 3);
    }

    private Totals totals() {
        return new Totals(pot.successes(), pot.surplus(), spentOnFloor);
    }

    private void send(long now) {
        boolean wanted = pot.isWanted();
        boolean critical = pot.takeWish();
        if (now - blockSince > SETTLE_NANOS) {
            resize(block / 2);
            blockSince = now;
        }
        if (!wanted) {
            pot.shrinkTo(2 * block);
        }
        long room = pot.capacity() - pot.balance();
        long ask = pot.balance() < block ? Math.min(block, room) : 0;
        // the first message only makes this holder known: totals of one that is not known are worth nothing
        Totals told = known ? totals() : Totals.NONE;
        LeaseRequest request = new LeaseRequest(store, keys, arguments(told, ask, critical, false), told, ask, now);
        inFlight = request;
        lastSent = now;
        nextAsk = now + MIN_GAP_NANOS;
        request.send();
    }

    private List<String> arguments(Totals told, long ask, boolean critical, boolean leave) {
        return List.of(
                Long.toString(settings.capacity()),
                Long.toString(settings.refill()),
                Long.toString(settings.ratio()),
                Long.toString(settings.initial()),
                Long.toString(settings.holderLifeMillis()),
                holder,
                Long.toString(told.successes()),
                Long.toString(told.returned()),
                Long.toString(told.spentOnFloor()),
                Long.toString(granted),
                Long.toString(ask),
                Long.toString(critical ? 0 : settings.reserve()),
                leave ? "1" : "0");
    }

    private void answered(LeaseRequest request, List<Long> answer, long now) {
        long fresh = Math.max(0, answer.get(0) - granted);
        long balance = Math.max(0, answer.get(1));
        long holders = Math.max(1, answer.get(2));
        granted += fresh;
        known = true;
        stored = request.told;
        boolean denied = request.ask > 0 && fresh < FleetBudget.TOKEN && fresh < request.ask;
        pot.setCriticalOnly(settings.reserve() > 0 && balance <= settings.reserve());
        Progress before = published;
        published = before.answered(balance, holders, now, now - request.sentNanos, granted, denied);
        adapt(request.ask, fresh, denied, balance / holders, now);
        pot.add(fresh);
        if (floorLogged) {
            floorLogged = false;
            log(Level.INFO, "leases again");
        }
    }

    /** Doubles a block that was used up soon; asks less often where there is nothing. */
    private void adapt(long ask, long fresh, boolean denied, long share, long now) {
        if (denied) {
            backoff = Math.min(LONGEST_BACKOFF_NANOS, Math.max(FIRST_BACKOFF_NANOS, backoff * 2));
            nextAsk = now + jittered(backoff);
            return;
        }
        backoff = 0;
        if (ask > 0 && fresh > 0) {
            resize(Math.min(now - blockSince < SHORT_BLOCK_NANOS ? block * 2 : block, share));
            blockSince = now;
        }
    }

    private void resize(long milliTokens) {
        block = Math.max(FleetBudget.TOKEN, Math.min(milliTokens, pot.capacity()));
        pot.setLowWater(Math.max(FleetBudget.TOKEN, block / 2));
    }

    private void failed(FloorReason reason, String said, long now) {
        Progress before = published;
        published = before.failed(reason);
        nextAsk = now + jittered(PROBE_NANOS);
        if (before.state() != FleetState.FLOOR) {
            pot.setCriticalOnly(false);
            floor.open(before.balance(), before.holders(), pot.successes(), now);
            if (before.state() == FleetState.STARTING) {
                floor.take(spentOnFloor, pot.successes(), now); // what the pot started with is a part of the share
            }
            nextFloor = now;
        }
        // at most a line in ten seconds: a store that flaps is no reason to fill a disk
        if ((before.state() != FleetState.FLOOR || before.reason() != reason) && now - nextLog >= 0) {
            nextLog = now + LOG_NANOS;
            floorLogged = true;
            log(
                    Level.WARNING,
                    "no lease: " + reason + " (" + said + "); spends the floor of one process until the store answers");
        }
    }

    private void feedFromFloor(long now) {
        if (published.state() != FleetState.FLOOR || now - nextFloor < 0) {
            return;
        }
        nextFloor = now + FLOOR_NANOS;
        boolean hungry = pot.balance() < FleetBudget.TOKEN;
        long taken = floor.take(hungry ? Math.min(block, pot.capacity()) : 0, pot.successes(), now);
        if (taken > 0) {
            spentOnFloor += taken;
            published = published.withFloor(spentOnFloor); // first, so that no figure shows less than was spent
            pot.add(taken);
        }
    }

    private long untilFloor(long now) {
        return published.state() == FleetState.FLOOR ? Math.max(0, nextFloor - now) : Long.MAX_VALUE;
    }

    /** Gives back what is left, without waiting for the answer. */
    private void leave(long now) {
        LeaseRequest request = inFlight;
        if (request != null) {
            request.cancel();
        }
        pot.shrinkTo(0);
        Totals told = known ? totals() : Totals.NONE;
        new LeaseRequest(store, keys, arguments(told, 0, false, true), told, 0, now).send();
        published = published.closed();
        closed = true;
    }

    private static long jittered(long nanos) {
        return nanos / 2 + ThreadLocalRandom.current().nextLong(nanos);
    }

    private void log(Level level, String text) {
        System.getLogger("io.forbear.retry").log(level, () -> "fleet budget " + settings.service() + ": " + text);
    }

    FleetSnapshot snapshot() {
        Progress seen = published;
        return new FleetSnapshot(
                settings.service(),
                closing ? FleetState.CLOSED : seen.state(),
                seen.reason(),
                pot.balance(),
                seen.granted(),
                seen.floor(),
                pot.surplus(),
                seen.balance(),
                settings.capacity(),
                seen.holders(),
                Duration.ofNanos(Math.max(0, clock.nanoTime() - seen.answeredNanos())),
                seen.leases(),
                seen.denied(),
                seen.failures(),
                Duration.ofNanos(seen.leaseNanos()));
    }
}
