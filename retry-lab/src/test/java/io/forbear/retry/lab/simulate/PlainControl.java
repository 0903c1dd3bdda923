package io.forbear.retry.lab.simulate;

import java.util.random.RandomGenerator;

/** Three attempts with waits by chance, decided here alone: figures do not move with the library's defaults. */
public final class PlainControl implements Control {

    private static final int ATTEMPTS = 3;
    private static final double WAIT_NANOS = 200e6;

    private final RandomGenerator random;

    public PlainControl(World world) {
        this.random = world.random();
    }

    @Override
    public Call begin() {
        return new Call() {
            private int attempts = 1;

            @Override
            public void succeeded() {}

            @Override
            public long failed(Failure failure) {
                return attempts++ < ATTEMPTS ? (long) (random.nextDouble() * attempts * WAIT_NANOS) : STOP;
            }

            @Override
            public boolean resume() {
                return true;
            }
        };
    }
}
