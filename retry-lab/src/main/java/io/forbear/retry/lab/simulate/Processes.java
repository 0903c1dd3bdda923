package io.forbear.retry.lab.simulate;

import org.jspecify.annotations.Nullable;

/**
 * Processes of one kind. All start when the clients begin to call; the control of one is made when it makes its first
 * call, so that a fleet of a million costs only what its calls need.
 */
final class Processes implements AutoCloseable {

    private final @Nullable Control[] controls;
    private final long startNanos;
    private final VirtualTime time;
    private final World world;
    private final Control.Maker maker;

    Processes(int count, long startNanos, VirtualTime time, World world, Control.Maker maker) {
        this.controls = new Control[count];
        this.startNanos = startNanos;
        this.time = time;
        this.world = world;
        this.maker = maker;
    }

    int count() {
        return controls.length;
    }

    Control at(int index) {
        Control known = controls[index];
        if (known == null) {
            known = time.backAt(startNanos, () -> maker.make(world));
            controls[index] = known;
        }
        return known;
    }

    @Override
    public void close() {
        for (Control control : controls) {
            if (control != null) {
                control.close();
            }
        }
    }
}
