package io.forbear.retry.aws.apply;

import io.forbear.retry.export.AwsExports;
import io.forbear.retry.export.ExportResult;
import io.forbear.retry.export.ExportedPolicy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.DeadLetterConfig;
import software.amazon.awssdk.services.scheduler.model.GetScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.RetryPolicy;
import software.amazon.awssdk.services.scheduler.model.Target;
import software.amazon.awssdk.services.scheduler.model.UpdateScheduleRequest;

/**
 * The retry policy and the dead-letter queue of schedules of EventBridge Scheduler, by a policy. Thread-safe.
 *
 * @since 0.1
 */
public final class SchedulerSettings {

    private final SchedulerClient client;

    private SchedulerSettings(SchedulerClient client) {
        this.client = client;
    }

    /**
     * Sets through a client.
     *
     * @param client of the service; not closed here
     * @return the settings of its schedules
     */
    public static SchedulerSettings of(SchedulerClient client) {
        return new SchedulerSettings(Objects.requireNonNull(client, "client"));
    }

    /**
     * Names the {@code RetryPolicy} of the target of a schedule: {@link AwsExports#scheduler(ExportedPolicy)}. The
     * service takes a schedule as a whole: it is written again with all that it has. Its age stays if the policy has no
     * deadline.
     *
     * @param group the group of the schedule, {@code null} for the default one
     * @param name the name of the schedule
     * @param policy attempts and deadline
     * @return the setting
     */
    public ServiceSetting schedule(@Nullable String group, String name, ExportedPolicy policy) {
        return setting(group, name, AwsExports.scheduler(policy), null);
    }

    /**
     * Names the {@code RetryPolicy} and the {@code DeadLetterConfig} of the target of a schedule: {@link
     * AwsExports#scheduler(ExportedPolicy, String)}.
     *
     * @param group the group of the schedule, {@code null} for the default one
     * @param name the name of the schedule
     * @param policy attempts and deadline
     * @param deadLetterArn the queue for what is left; a standard queue
     * @return the setting
     * @throws IllegalArgumentException if the ARN is not that of a standard queue
     */
    public ServiceSetting schedule(@Nullable String group, String name, ExportedPolicy policy, String deadLetterArn) {
        return setting(group, name, AwsExports.scheduler(policy, deadLetterArn), deadLetterArn);
    }

    private ServiceSetting setting(
            @Nullable String group, String name, ExportResult export, @Nullable String deadLetterArn) {
        String place = ServiceSetting.named("schedule", "name", name) + (group == null ? "" : " of group " + group);
        return new ServiceSetting(place, () -> {
            GetScheduleResponse held =
                    client.getSchedule(r -> r.groupName(group).name(name));
            Target target = held.target();
            Target.Builder changed = target.toBuilder().retryPolicy(changed(target.retryPolicy(), export));
            if (deadLetterArn != null) {
                changed.deadLetterConfig(
                        DeadLetterConfig.builder().arn(deadLetterArn).build());
            }
            return DeliveryFields.held(
                    export,
                    target.retryPolicy() == null ? null : target.retryPolicy().maximumRetryAttempts(),
                    target.retryPolicy() == null ? null : target.retryPolicy().maximumEventAgeInSeconds(),
                    target.deadLetterConfig() == null
                            ? null
                            : target.deadLetterConfig().arn(),
                    () -> client.updateSchedule(
                            whole(held).target(changed.build()).build()));
        });
    }

    private static RetryPolicy changed(@Nullable RetryPolicy held, ExportResult export) {
        DeliveryFields wanted = DeliveryFields.of(export);
        RetryPolicy.Builder changed = held == null ? RetryPolicy.builder() : held.toBuilder();
        changed.maximumRetryAttempts(wanted.retries());
        if (wanted.age() != null) {
            changed.maximumEventAgeInSeconds(wanted.age());
        }
        return changed.build();
    }

    /** What an update leaves out falls back to its default, so all is sent. */
    static UpdateScheduleRequest.Builder whole(GetScheduleResponse held) {
        return UpdateScheduleRequest.builder()
                .name(held.name())
                .groupName(held.groupName())
                .scheduleExpression(held.scheduleExpression())
                .scheduleExpressionTimezone(held.scheduleExpressionTimezone())
                .startDate(held.startDate())
                .endDate(held.endDate())
                .description(held.description())
                .state(held.stateAsString())
                .kmsKeyArn(held.kmsKeyArn())
                .flexibleTimeWindow(held.flexibleTimeWindow())
                .actionAfterCompletion(held.actionAfterCompletionAsString())
                .target(held.target());
    }
}
