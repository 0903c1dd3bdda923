package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker.State;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The breaker as one would write it for a single thread without any care for speed. Times are whole milliseconds. */
final class ModelBreaker {

    static final int WINDOW = 10;
    static final int MINIMUM_CALLS = 4;
    static final int OPEN_FOR = 50;
    static final int PROBES = 3;
    static final int REQUIRED = 2;
    static final int PROBE_TIMEOUT = 30;

    /** What one call did; the bucket is that of its end. */
    private record Call(long bucket, boolean failed, boolean slow) {}

    /** Leave of a generation. */
    static final class Leave {
        final int generation;
        final boolean probe;
        boolean settled;

        Leave(int generation, boolean probe) {
            this.generation = generation;
            this.probe = probe;
        }
    }

    private final boolean slowCounts;
    final List<String> transitions = new ArrayList<>();
    State state = State.CLOSED;
    private int generation;
    private long began;
    private final List<Call> calls = new ArrayList<>();
    private int underWay;
    private int succeeded;
    private int failed;
    private long lastProbe;

    /** With slow calls the window is of ten milliseconds, otherwise of ten calls. */
    ModelBreaker(boolean slowCounts) {
        this.slowCounts = slowCounts;
    }

    void go(State to, long now) {
        if (state != to) {
            transitions.add(state + " -> " + to);
        }
        state = to;
        generation++;
        began = now;
        calls.clear();
        underWay = 0;
        succeeded = 0;
        failed = 0;
        lastProbe = now;
    }

    void force(State to, long now) {
        if (state != to) {
            go(to, now);
        }
    }

    @Nullable
    Leave acquire(long now) {
        if (state == State.HALF_OPEN && isLost(now)) {
            go(State.OPEN, lastProbe + PROBE_TIMEOUT);
        }
        if (state == State.OPEN && now - began >= OPEN_FOR) {
            go(State.HALF_OPEN, now);
        }
        if (state.refuses() || state == State.HALF_OPEN && underWay + succeeded + failed == PROBES) {
            return null;
        }
        if (state == State.HALF_OPEN) {
            underWay++;
            lastProbe = now;
        }
        return new Leave(generation, state == State.HALF_OPEN);
    }

    private boolean isLost(long now) {
        return underWay + succeeded + failed == PROBES && now - lastProbe >= PROBE_TIMEOUT;
    }

    /** Ends an attempt; {@code counts} is false where it was ignored. */
    void settle(Leave leave, boolean counts, boolean isFailure, boolean slow, long now) {
        boolean late = leave.settled || leave.generation != generation;
        leave.settled = true;
        if (late) {
            return;
        }
        if (state == State.HALF_OPEN) {
            underWay--;
            if (counts) {
                probed(isFailure || slow, now);
            }
        } else if (counts) {
            count(isFailure, slow, now);
        }
    }

    boolean isCurrent(Leave leave) {
        return leave.generation == generation;
    }

    private void probed(boolean isFailure, long now) {
        failed += isFailure ? 1 : 0;
        succeeded += isFailure ? 0 : 1;
        if (succeeded == REQUIRED) {
            go(State.CLOSED, now);
        } else if (failed > PROBES - REQUIRED) {
            go(State.OPEN, now);
        } else if (isLost(now)) {
            go(State.OPEN, lastProbe + PROBE_TIMEOUT);
        }
    }

    void count(boolean isFailure, boolean slow, long now) {
        if (state != State.CLOSED && state != State.METRICS_ONLY) {
            return;
        }
        calls.add(new Call(now - began, isFailure, slow));
        forget(now);
        boolean judges = state == State.CLOSED && (isFailure || slowCounts);
        long slowCalls = calls.stream().filter(Call::slow).count();
        boolean tooMany = 2 * failures() >= calls.size() || slowCounts && 4 * slowCalls >= 3L * calls.size();
        if (judges && calls.size() >= MINIMUM_CALLS && tooMany) {
            go(State.OPEN, now);
        }
    }

    private void forget(long now) {
        if (slowCounts) {
            calls.removeIf(call -> call.bucket <= now - began - WINDOW);
        } else {
            while (calls.size() > WINDOW) {
                calls.remove(0);
            }
        }
    }

    private long failures() {
        return calls.stream().filter(Call::failed).count();
    }

    /** Calls and failures of a counting state, as of now. */
    List<Long> counts(long now) {
        forget(now);
        return List.of((long) calls.size(), failures());
    }
}
