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
        @Nullable Throwable fault = null;
        for (BooleanSupplier signal : signals) {
            try {
                if (signal.getAsBoolean()) {
                    return true;
                }
            } catch (Throwable thrown) {
                fault = thrown;
            }
        }
        if (fault != null) {
            throw AnySignal.<RuntimeException>unchecked(fault);
        }
        return false;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // it is thrown as it is
    private static <X extends Throwable> X unchecked(Throwable fault) throws X {
        throw (X) fault;
    }
}
