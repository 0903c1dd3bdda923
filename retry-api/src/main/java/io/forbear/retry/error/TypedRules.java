package io.forbear.retry.error;

import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The classifier of {@link ErrorClassifier.Builder}: rules by type, the nearest type first.
 *
 * <p>The superclasses are walked for every failure; see {@link TypeRule} on why nothing is kept by class.
 */
final class TypedRules implements ErrorClassifier {

    /** Classifies an exception of the type it was given for. */
    @FunctionalInterface
    interface Rule {
        @Nullable
        Classification apply(Throwable failure, Pushback pushback);
    }

    private final Map<Class<?>, Rule> rules;
    private final Map<Class<?>, Function<Throwable, @Nullable Pushback>> pushbacks;
    private final int longestChain;

    TypedRules(
            Map<Class<?>, Rule> rules,
            Map<Class<?>, Function<Throwable, @Nullable Pushback>> pushbacks,
            int longestChain) {
        this.rules = Map.copyOf(rules);
        this.pushbacks = Map.copyOf(pushbacks);
        this.longestChain = longestChain;
    }

    @Override
    public @Nullable Classification classify(Throwable failure) {
        Pushback pushback = pushback(failure);
        Throwable link = failure;
        for (int depth = 0; link != null && depth < longestChain; depth++) {
            Classification found = classify(link, pushback);
            if (found != null) {
                return saysPushback(found) ? found : found.pushback(pushback);
            }
            link = CauseChain.next(link);
        }
        return pushback.isNone()
                ? null
                : DefaultErrorClassifier.INSTANCE.classify(failure).pushback(pushback);
    }

    private static boolean saysPushback(Classification found) {
        return found.isDoNotRetry() || found.pushbackNanos() >= 0;
    }

    private @Nullable Classification classify(Throwable link, Pushback pushback) {
        for (Class<?> type = link.getClass(); type != null; type = type.getSuperclass()) {
            Rule rule = rules.get(type);
            Classification found = rule == null ? null : rule.apply(link, pushback);
            if (found != null && !found.isSuccess()) {
                return found;
            }
        }
        return null;
    }

    private Pushback pushback(Throwable failure) {
        Throwable link = pushbacks.isEmpty() ? null : failure;
        for (int depth = 0; link != null && depth < longestChain; depth++) {
            Pushback found = ownPushback(link);
            if (!found.isNone()) {
                return found;
            }
            link = CauseChain.next(link);
        }
        return Pushback.none();
    }

    private Pushback ownPushback(Throwable link) {
        for (Class<?> type = link.getClass(); type != null; type = type.getSuperclass()) {
            Function<Throwable, @Nullable Pushback> rule = pushbacks.get(type);
            Pushback found = rule == null ? null : rule.apply(link);
            if (found != null && !found.isNone()) {
                return found;
            }
        }
        return Pushback.none();
    }
}
