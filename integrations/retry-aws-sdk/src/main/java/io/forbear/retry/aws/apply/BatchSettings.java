package io.forbear.retry.aws.apply;

import io.forbear.retry.export.AwsExports;
import io.forbear.retry.export.ExportResult;
import io.forbear.retry.export.ExportedPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.batch.model.DescribeJobDefinitionsResponse;
import software.amazon.awssdk.services.batch.model.EvaluateOnExit;
import software.amazon.awssdk.services.batch.model.JobDefinition;
import software.amazon.awssdk.services.batch.model.JobTimeout;
import software.amazon.awssdk.services.batch.model.RegisterJobDefinitionRequest;
import software.amazon.awssdk.services.batch.model.RetryStrategy;

/**
 * The retry strategy and the time-out of job definitions of Batch, by a policy. A job definition cannot be changed:
 * what differs makes a new revision with all that the newest one has. Jobs that name a revision go on by it.
 * Thread-safe.
 *
 * @since 0.1
 */
public final class BatchSettings {

    private final BatchClient client;

    private BatchSettings(BatchClient client) {
        this.client = client;
    }

    /**
     * Sets through a client.
     *
     * @param client of the service; not closed here
     * @return the settings of its job definitions
     */
    public static BatchSettings of(BatchClient client) {
        return new BatchSettings(Objects.requireNonNull(client, "client"));
    }

    /**
     * Names the {@code retryStrategy} of a job definition, which retries every failure: {@link
     * AwsExports#batch(ExportedPolicy)}.
     *
     * @param jobDefinition its name, without a revision
     * @param policy its attempts
     * @return the setting
     */
    public ServiceSetting retryStrategy(String jobDefinition, ExportedPolicy policy) {
        return retryStrategy(jobDefinition, policy, List.of());
    }

    /**
     * Names the {@code retryStrategy} of a job definition, which retries the listed failures and no other: {@link
     * AwsExports#batch(ExportedPolicy, List)}.
     *
     * @param jobDefinition its name, without a revision
     * @param policy its attempts
     * @param retryOn conditions, as the export takes them
     * @return the setting
     * @throws IllegalArgumentException if a condition is wrong or there are too many
     */
    public ServiceSetting retryStrategy(
            String jobDefinition, ExportedPolicy policy, List<Map<String, String>> retryOn) {
        ExportResult export = AwsExports.batch(policy, retryOn);
        return setting(
                jobDefinition,
                export,
                "retryStrategy",
                held -> fields(held.retryStrategy()),
                request -> request.retryStrategy(strategy((Map<?, ?>) export.block())));
    }

    /**
     * Names the {@code timeout} of a job definition: {@link AwsExports#batchTimeout}. A policy without an attempt
     * timeout leaves the job definition as it is.
     *
     * @param jobDefinition its name, without a revision
     * @param policy its attempt timeout
     * @return the setting
     */
    public ServiceSetting timeout(String jobDefinition, ExportedPolicy policy) {
        ExportResult export = AwsExports.batchTimeout(policy);
        Object seconds = ((Map<?, ?>) export.block()).get("attemptDurationSeconds");
        return setting(
                jobDefinition,
                export,
                "timeout",
                held -> held.timeout() == null || held.timeout().attemptDurationSeconds() == null || seconds == null
                        ? Map.of()
                        : Map.of("attemptDurationSeconds", held.timeout().attemptDurationSeconds()),
                request -> request.timeout(JobTimeout.builder()
                        .attemptDurationSeconds(seconds instanceof Number number ? (Integer) number.intValue() : null)
                        .build()));
    }

    private ServiceSetting setting(
            String jobDefinition,
            ExportResult export,
            String field,
            Function<JobDefinition, Map<String, Object>> held,
            Consumer<RegisterJobDefinitionRequest.Builder> change) {
        String place = ServiceSetting.named("job definition", "jobDefinition", jobDefinition);
        return new ServiceSetting(place, () -> {
            JobDefinition newest = newest(place, jobDefinition);
            return Held.all(export, field, held.apply(newest), () -> {
                RegisterJobDefinitionRequest.Builder revision = whole(newest);
                change.accept(revision);
                client.registerJobDefinition(revision.build());
            });
        });
    }

    private JobDefinition newest(String place, String name) {
        JobDefinition newest = null;
        String token = null;
        do {
            String next = token;
            DescribeJobDefinitionsResponse page = client.describeJobDefinitions(
                    r -> r.jobDefinitionName(name).status("ACTIVE").nextToken(next));
            for (JobDefinition each : page.jobDefinitions()) {
                newest = newest == null || each.revision() > newest.revision() ? each : newest;
            }
            token = page.nextToken();
        } while (token != null);
        if (newest == null) {
            throw new IllegalArgumentException(place + ": no revision (expected: one that is active)");
        }
        return newest;
    }

    private static Map<String, Object> fields(@Nullable RetryStrategy strategy) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (strategy == null) {
            return fields;
        }
        put(fields, "attempts", strategy.attempts());
        List<Object> conditions = new ArrayList<>();
        for (EvaluateOnExit each : strategy.evaluateOnExit()) {
            Map<String, Object> condition = new LinkedHashMap<>();
            put(condition, "onStatusReason", each.onStatusReason());
            put(condition, "onReason", each.onReason());
            put(condition, "onExitCode", each.onExitCode());
            // the service writes the action in lower case, and takes any case
            String action = each.actionAsString();
            put(condition, "action", action == null ? null : action.toUpperCase(Locale.ROOT));
            conditions.add(condition);
        }
        fields.put("evaluateOnExit", conditions);
        return fields;
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
    }

    private static RetryStrategy strategy(Map<?, ?> block) {
        List<EvaluateOnExit> conditions = new ArrayList<>();
        if (block.get("evaluateOnExit") instanceof List<?> list) {
            for (Object each : list) {
                Map<?, ?> condition = (Map<?, ?>) each;
                conditions.add(EvaluateOnExit.builder()
                        .onStatusReason(text(condition, "onStatusReason"))
                        .onReason(text(condition, "onReason"))
                        .onExitCode(text(condition, "onExitCode"))
                        .action(text(condition, "action"))
                        .build());
            }
        }
        RetryStrategy.Builder strategy =
                RetryStrategy.builder().attempts(((Number) Objects.requireNonNull(block.get("attempts"))).intValue());
        return conditions.isEmpty()
                ? strategy.build()
                : strategy.evaluateOnExit(conditions).build();
    }

    private static @Nullable String text(Map<?, ?> map, String key) {
        return map.get(key) instanceof String text ? text : null;
    }

    /** A new revision takes nothing over from the one before, so all is sent. */
    static RegisterJobDefinitionRequest.Builder whole(JobDefinition held) {
        return RegisterJobDefinitionRequest.builder()
                .jobDefinitionName(held.jobDefinitionName())
                .type(held.type())
                .parameters(held.hasParameters() ? held.parameters() : null)
                .schedulingPriority(held.schedulingPriority())
                .containerProperties(held.containerProperties())
                .nodeProperties(held.nodeProperties())
                .retryStrategy(held.retryStrategy())
                .propagateTags(held.propagateTags())
                .timeout(held.timeout())
                .tags(held.hasTags() ? held.tags() : null)
                .platformCapabilitiesWithStrings(
                        held.hasPlatformCapabilities() ? held.platformCapabilitiesAsStrings() : null)
                .eksProperties(held.eksProperties())
                .ecsProperties(held.ecsProperties())
                .consumableResourceProperties(held.consumableResourceProperties());
    }
}
