package io.forbear.retry.aws.apply;

import io.forbear.retry.export.AwsExports;
import io.forbear.retry.export.ExportResult;
import io.forbear.retry.export.ExportedPolicy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.DeadLetterConfig;
import software.amazon.awssdk.services.eventbridge.model.ListTargetsByRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.PutTargetsResponse;
import software.amazon.awssdk.services.eventbridge.model.RetryPolicy;
import software.amazon.awssdk.services.eventbridge.model.Target;

/**
 * The retry policy and the dead-letter queue of targets of rules of EventBridge, by a policy. Thread-safe.
 *
 * @since 0.1
 */
public final class EventBridgeSettings {

    private final EventBridgeClient client;

    private EventBridgeSettings(EventBridgeClient client) {
        this.client = client;
    }

    /**
     * Sets through a client.
     *
     * @param client of the service; not closed here
     * @return the settings of its rules
     */
    public static EventBridgeSettings of(EventBridgeClient client) {
        return new EventBridgeSettings(Objects.requireNonNull(client, "client"));
    }

    /**
     * Names the {@code RetryPolicy} of a target: {@link AwsExports#eventBridge(ExportedPolicy)}. The target is put
     * again with all that it has; its age stays if the policy has no deadline.
     *
     * @param bus name or ARN of the event bus, {@code null} for the default one
     * @param rule the name of the rule
     * @param targetId the id of the target
     * @param policy attempts and deadline
     * @return the setting
     */
    public ServiceSetting target(@Nullable String bus, String rule, String targetId, ExportedPolicy policy) {
        return setting(bus, rule, targetId, AwsExports.eventBridge(policy), null);
    }

    /**
     * Names the {@code RetryPolicy} and the {@code DeadLetterConfig} of a target: {@link
     * AwsExports#eventBridge(ExportedPolicy, String)}.
     *
     * @param bus name or ARN of the event bus, {@code null} for the default one
     * @param rule the name of the rule
     * @param targetId the id of the target
     * @param policy attempts and deadline
     * @param deadLetterArn the queue for what is left; a standard queue
     * @return the setting
     * @throws IllegalArgumentException if the ARN is not that of a standard queue
     */
    public ServiceSetting target(
            @Nullable String bus, String rule, String targetId, ExportedPolicy policy, String deadLetterArn) {
        return setting(bus, rule, targetId, AwsExports.eventBridge(policy, deadLetterArn), deadLetterArn);
    }

    private ServiceSetting setting(
            @Nullable String bus, String rule, String targetId, ExportResult export, @Nullable String deadLetterArn) {
        String place = ServiceSetting.named("rule", "rule", rule) + (bus == null ? "" : " of bus " + bus) + ", "
                + ServiceSetting.named("target", "targetId", targetId);
        return new ServiceSetting(place, () -> {
            Target target = target(place, bus, rule, targetId);
            Target changed = target.toBuilder()
                    .retryPolicy(changed(target.retryPolicy(), DeliveryFields.of(export)))
                    .deadLetterConfig(
                            deadLetterArn == null
                                    ? target.deadLetterConfig()
                                    : DeadLetterConfig.builder()
                                            .arn(deadLetterArn)
                                            .build())
                    .build();
            return DeliveryFields.held(
                    export,
                    target.retryPolicy() == null ? null : target.retryPolicy().maximumRetryAttempts(),
                    target.retryPolicy() == null ? null : target.retryPolicy().maximumEventAgeInSeconds(),
                    target.deadLetterConfig() == null
                            ? null
                            : target.deadLetterConfig().arn(),
                    () -> put(place, bus, rule, changed));
        });
    }

    private static RetryPolicy changed(@Nullable RetryPolicy held, DeliveryFields wanted) {
        RetryPolicy.Builder changed = held == null ? RetryPolicy.builder() : held.toBuilder();
        changed.maximumRetryAttempts(wanted.retries());
        if (wanted.age() != null) {
            changed.maximumEventAgeInSeconds(wanted.age());
        }
        return changed.build();
    }

    private Target target(String place, @Nullable String bus, String rule, String targetId) {
        String token = null;
        do {
            String next = token;
            ListTargetsByRuleResponse page =
                    client.listTargetsByRule(r -> r.eventBusName(bus).rule(rule).nextToken(next));
            for (Target target : page.targets()) {
                if (targetId.equals(target.id())) {
                    return target;
                }
            }
            token = page.nextToken();
        } while (token != null);
        throw new IllegalArgumentException(place + ": no such target (expected: one that the rule has)");
    }

    /** An answer with status 200 may say that the target was not taken. */
    private void put(String place, @Nullable String bus, String rule, Target target) {
        PutTargetsResponse answer =
                client.putTargets(r -> r.eventBusName(bus).rule(rule).targets(target));
        if (!answer.failedEntries().isEmpty()) {
            throw new IllegalStateException(
                    place + ": " + answer.failedEntries().get(0).errorCode() + ": "
                            + answer.failedEntries().get(0).errorMessage() + " (expected: a target that is taken)");
        }
    }
}
