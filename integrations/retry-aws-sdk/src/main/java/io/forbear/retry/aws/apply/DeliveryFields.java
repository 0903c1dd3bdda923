package io.forbear.retry.aws.apply;

import io.forbear.retry.export.ExportResult;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a target of EventBridge and one of its scheduler have alike.
 *
 * @param retries {@code MaximumRetryAttempts}
 * @param age {@code MaximumEventAgeInSeconds}, {@code null} for a policy without a deadline
 */
record DeliveryFields(int retries, @Nullable Integer age) {

    private static final String POLICY = "RetryPolicy";

    /** Reads the export of a retry policy, alone or beside the dead letters. */
    static DeliveryFields of(ExportResult export) {
        Map<?, ?> policy = policy(export);
        Object retries = Objects.requireNonNull(policy.get("MaximumRetryAttempts"));
        Object age = policy.get("MaximumEventAgeInSeconds");
        return new DeliveryFields(
                ((Number) retries).intValue(), age instanceof Number seconds ? (Integer) seconds.intValue() : null);
    }

    private static Map<?, ?> policy(ExportResult export) {
        Map<?, ?> block = (Map<?, ?>) export.block();
        return block.get(POLICY) instanceof Map<?, ?> inner ? inner : block;
    }

    static Held held(
            ExportResult export,
            @Nullable Integer retries,
            @Nullable Integer age,
            @Nullable String deadLetterArn,
            Runnable write) {
        Map<String, Object> policy = new LinkedHashMap<>();
        if (retries != null) {
            policy.put("MaximumRetryAttempts", retries);
        }
        if (age != null) {
            policy.put("MaximumEventAgeInSeconds", age);
        }
        Map<String, Object> held = new LinkedHashMap<>();
        held.put(POLICY, policy);
        held.put("DeadLetterConfig", deadLetterArn == null ? Map.of() : Map.of("Arn", deadLetterArn));
        Map<?, ?> block = (Map<?, ?>) export.block();
        Object wanted = block.containsKey(POLICY) ? block : Map.of(POLICY, block);
        return new Held(export, Fields.of("", wanted), Fields.of("", held), false, write);
    }
}
