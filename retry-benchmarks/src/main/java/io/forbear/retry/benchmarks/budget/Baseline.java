package io.forbear.retry.benchmarks.budget;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** What a budget costs at least: one long. */
final class Baseline {

    private Baseline() {}

    private static AtomicLong tokens(Level level) {
        return new AtomicLong(
                switch (level) {
                    case FULL -> Long.MAX_VALUE;
                    case HALF -> Long.MAX_VALUE / 2;
                    case EMPTY -> 0;
                });
    }

    static Purse volatileRead(Level level) {
        AtomicLong tokens = tokens(level);
        return new Purse() {
            @Override
            public boolean withdraw() {
                return tokens.get() > 0;
            }

            @Override
            public void deposit() {
                tokens.get();
            }
        };
    }

    static Purse compareAndSet(Level level) {
        return new CasPurse(tokens(level));
    }

    static Purse compareAndSetAndNanoTime(Level level) {
        CasPurse purse = new CasPurse(tokens(level));
        return () -> System.nanoTime() != 0 && purse.withdraw();
    }

    static Purse locked(Level level) {
        return new LockedPurse(tokens(level).get());
    }

    private record CasPurse(AtomicLong tokens) implements Purse {

        @Override
        public boolean withdraw() {
            long seen;
            do {
                seen = tokens.get();
                if (seen <= 0) {
                    return false;
                }
            } while (!tokens.weakCompareAndSetVolatile(seen, seen - 1));
            return true;
        }

        @Override
        public void deposit() {
            long seen;
            do {
                seen = tokens.get();
                if (seen == Long.MAX_VALUE) {
                    return;
                }
            } while (!tokens.weakCompareAndSetVolatile(seen, seen + 1));
        }
    }

    private static final class LockedPurse implements Purse {

        private final ReentrantLock lock = new ReentrantLock();
        private long tokens;

        LockedPurse(long tokens) {
            this.tokens = tokens;
        }

        @Override
        public boolean withdraw() {
            lock.lock();
            try {
                if (tokens <= 0) {
                    return false;
                }
                tokens--;
                return true;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void deposit() {
            lock.lock();
            try {
                tokens = tokens == Long.MAX_VALUE ? tokens : tokens + 1;
            } finally {
                lock.unlock();
            }
        }
    }
}
