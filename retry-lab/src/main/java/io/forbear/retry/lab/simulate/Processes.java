package io.forbear.retry.lab.simulate;

import org.jspecify.annotations.Nullable;

/**
 * Processes of one kind. All start at the beginning of the time; the control of one is made when the process makes its
 * first call, so that a fleet of a million costs only what its calls need.
 */
final class Processes implements AutoCloseable {

    private final @Nullable Control[] controls;
    private final VirtualTime time;
    private final World world;
    private final Control.Maker maker;

    Processes(int count, VirtualTime time, World world, Control.Maker maker) {
        this.controls = new Control[count];
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
            known = time.atBeginning(() -> maker.make(world));
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
