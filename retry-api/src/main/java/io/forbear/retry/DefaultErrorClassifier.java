package io.forbear.retry;

import org.jspecify.annotations.Nullable;

/**
 * The rules of {@link ErrorClassifier#defaults()}: types along the cause chain first, the outermost that is known; then
 * the words of the messages, again from the outside; then {@link ErrorCategory#TRANSIENT}.
 *
 * <p>Never throws, whatever an exception does in its getters, and never looks further than {@link CauseChain#LONGEST} causes,
 * so that a chain which bites its own tail ends.
 */
enum DefaultErrorClassifier implements ErrorClassifier {
    INSTANCE;

    @Override
    public Classification classify(Throwable failure) {
        Classification byType = byType(failure);
        return byType != null ? byType : byMessage(failure);
    }

    private static @Nullable Classification byType(Throwable failure) {
        Classification unlessCauseSays = null;
        Throwable link = failure;
        for (int depth = 0; link != null && depth < CauseChain.LONGEST; depth++) {
            TypeRule rule = TypeRule.of(link.getClass());
            switch (rule.kind) {
                case DECIDES -> {
                    return rule.answer;
                }
                case UNLESS_CAUSE -> unlessCauseSays = unlessCauseSays == null ? rule.answer : unlessCauseSays;
                case UNLESS_TIMEOUT -> {
                    return MessageRule.isTimeout(CauseChain.message(link))
                            ? Classification.of(ErrorCategory.TIMEOUT)
                            : rule.answer;
                }
                case UNKNOWN -> {}
            }
            link = CauseChain.next(link);
        }
        return unlessCauseSays;
    }

    private static Classification byMessage(Throwable failure) {
        boolean inputOutput = false;
        Throwable link = failure;
        for (int depth = 0; link != null && depth < CauseChain.LONGEST; depth++) {
            Throwable cause = CauseChain.next(link);
            Classification found = MessageRule.classify(CauseChain.ownMessage(link, cause));
            if (found != null) {
                return found;
            }
            inputOutput |= link instanceof java.io.IOException;
            link = cause;
        }
        return Classification.of(inputOutput ? ErrorCategory.NETWORK_ERROR : ErrorCategory.TRANSIENT);
    }
}
