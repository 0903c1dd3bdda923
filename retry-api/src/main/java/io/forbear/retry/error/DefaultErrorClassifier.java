package io.forbear.retry.error;

import org.jspecify.annotations.Nullable;

/**
 * The rules of {@link ErrorClassifier#defaults()}: types and codes along the cause chain first, the outermost that is
 * known; then the words of the messages, again from the outside; then {@link ErrorCategory#TRANSIENT}.
 *
 * <p>Never throws, whatever an exception does in its getters, and never looks further than {@link CauseChain#LONGEST}
 * causes, so that a chain which bites its own tail ends. What cannot be read is not known.
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
        boolean handshake = false;
        Throwable link = failure;
        for (int depth = 0; link != null && depth < CauseChain.LONGEST; depth++) {
            Throwable cause = CauseChain.next(link);
            TypeRule rule = TypeRule.of(link.getClass());
            Classification found = found(link, cause, rule);
            if (found != null) {
                return unsentIf(handshake, found);
            }
            if (rule.kind == TypeRule.Kind.UNLESS_CAUSE && (unlessCauseSays == null || isSharp(rule, handshake))) {
                unlessCauseSays = rule.answer; // the cause knows more than what is around it
            }
            handshake |= link.getClass().getName().equals("javax.net.ssl.SSLHandshakeException");
            link = cause;
        }
        return unlessCauseSays == null ? null : unsentIf(handshake, unlessCauseSays);
    }

    /**
     * Tells whether the answer of a cause says more than that of the exception around it: a plain {@code SQLException}
     * says nothing, and a plain {@code SSLException} inside of a failed handshake no more than that it failed.
     */
    private static boolean isSharp(TypeRule rule, boolean handshake) {
        boolean unknown = Classification.of(ErrorCategory.TRANSIENT).equals(rule.answer);
        return !unknown && !(handshake && rule == TypeRule.TABLE.get("javax.net.ssl.SSLException"));
    }

    /** What one exception says; {@code null} where it leaves the word to its causes. */
    private static @Nullable Classification found(Throwable link, @Nullable Throwable cause, TypeRule rule) {
        Classification local = LocalPhrases.of(link, CauseChain.ownMessage(link, cause));
        if (local != null && !tellsOfServer(cause)) {
            return local;
        }
        Classification read = rule.read(link);
        if (read != null) {
            return read;
        }
        Classification code = ErrorCodes.ofType(link.getClass());
        if (code != null) {
            return code;
        }
        return rule.kind == TypeRule.Kind.DECIDES ? rule.answer : null;
    }

    /** A request is sent after the handshake. */
    private static Classification unsentIf(boolean handshake, Classification found) {
        return handshake && isOfLine(found.category()) ? found.notExecuted() : found;
    }

    private static boolean isOfLine(ErrorCategory category) {
        return category == ErrorCategory.NETWORK_ERROR || category == ErrorCategory.TIMEOUT;
    }

    /** A pool whose server cannot be reached tells why in its cause. */
    private static boolean tellsOfServer(@Nullable Throwable cause) {
        if (cause == null) {
            return false;
        }
        Classification answer = TypeRule.of(cause.getClass()).answer;
        boolean network = answer != null && answer.category() == ErrorCategory.NETWORK_ERROR;
        return network || isSql(cause.getClass());
    }

    private static boolean isSql(Class<?> type) {
        for (Class<?> c = type; c != null; c = c.getSuperclass()) {
            if (c.getName().equals("java.sql.SQLException")) {
                return true;
            }
        }
        return false;
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
