package io.forbear.retry.core.signal;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Says what any of others says. */
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
