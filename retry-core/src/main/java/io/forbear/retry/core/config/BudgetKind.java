package io.forbear.retry.core.config;

import java.util.Map;
import java.util.stream.Collectors;

/** The kinds of budgets that text can describe. */
enum BudgetKind {
    NONE,
    UNLIMITED,
    EARNED,
    RATIO,
    TOKEN_BUCKET,
    AWS_QUOTA,
    AWS_QUOTA_CLASSIC,
    GRPC_THROTTLE,
    ADAPTIVE_THROTTLE,
    CONCURRENCY_SHARE,
    FLEET;

    /** The kinds by their words. */
    static final Map<String, BudgetKind> WORDS = Strategy.words(values());

    /** Returns the words of all kinds but none, in order. */
    static String listed() {
        return WORDS.keySet().stream()
                .filter(word -> !word.equals("none"))
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
