package io.forbear.retry.core.execution;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.error.ErrorCategory;
import org.jspecify.annotations.Nullable;

/** A gate that lets everyone pass until a test shuts it, and that knows how many places are held. */
final class DoorGate implements AttemptGate {

    boolean refuses;
    int entered;

    /** Places taken of which neither an attempt was made nor left. */
    int held;

    @Override
    public boolean isEngaged() {
        return true;
    }

    @Override
    public @Nullable Place enter() {
        if (refuses) {
            return null;
        }
        entered++;
        held++;
        return new Place() {
            private boolean over;

            @Override
            public long waitNanos() {
                return 0;
            }

            @Override
            public void leave() {
                if (!over) {
                    over = true;
                    held--;
                }
            }
        };
    }

    @Override
    public void succeeded(int attempt) {
        held--;
    }

    @Override
    public void failed(ErrorCategory category) {
        held--;
    }
}
