package io.forbear.retry.core.signal;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A signal that is true if any of several signals is. A signal that throws does not keep the others from being asked.
 */
record AnySignal(List<BooleanSupplier> signals) implements BooleanSupplier {

    @Override
    public boolean getAsBoolean() {
        @Nullable RuntimeException fault = null;
        for (BooleanSupplier signal : signals) {
            try {
                if (signal.getAsBoolean()) {
                    return true;
                }
            } catch (RuntimeException thrown) {
                fault = thrown;
            }
        }
        if (fault != null) {
            throw fault;
        }
        return false;
    }
}
