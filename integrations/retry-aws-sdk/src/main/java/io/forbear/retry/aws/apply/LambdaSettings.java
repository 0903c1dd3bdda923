package io.forbear.retry.aws.apply;

import io.forbear.retry.export.AwsExports;
import io.forbear.retry.export.EventSource;
import io.forbear.retry.export.ExportResult;
import io.forbear.retry.export.ExportedPolicy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.GetEventSourceMappingResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionEventInvokeConfigResponse;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/**
 * The retries that Lambda itself makes, by a policy: of asynchronous invocations and of event source mappings.
 * Thread-safe.
 *
 * @since 0.1
 */
public final class LambdaSettings {

    private static final String RETRIES = "MaximumRetryAttempts";
    private static final String EVENT_AGE = "MaximumEventAgeInSeconds";
    private static final String RECORD_AGE = "MaximumRecordAgeInSeconds";

    private final LambdaClient client;

    private LambdaSettings(LambdaClient client) {
        this.client = client;
    }

    /**
     * Sets through a client.
     *
     * @param client of the service; not closed here
     * @return the settings of its functions
     */
    public static LambdaSettings of(LambdaClient client) {
        return new LambdaSettings(Objects.requireNonNull(client, "client"));
    }

    /**
     * Names the event invoke config of a function: {@link AwsExports#lambdaInvoke}. Destinations stay as they are, and
     * so does the age if the policy has no deadline.
     *
     * @param function its name or ARN; {@code name:alias} for a version or an alias
     * @param policy attempts and deadline
     * @return the setting
     */
    public ServiceSetting asynchronousInvocation(String function, ExportedPolicy policy) {
        Objects.requireNonNull(policy, "policy");
        return new ServiceSetting(ServiceSetting.named("function", "function", function), () -> {
            ExportResult export = AwsExports.lambdaInvoke(policy);
            GetFunctionEventInvokeConfigResponse held = invokeConfig(function);
            Map<String, Object> fields = new LinkedHashMap<>();
            if (held != null) {
                put(fields, RETRIES, held.maximumRetryAttempts());
                put(fields, EVENT_AGE, held.maximumEventAgeInSeconds());
            }
            return Held.some(export, "", fields, () -> setInvokeConfig(function, export, held != null));
        });
    }

    /** Returns {@code null} for a function that has none: then Lambda goes by its defaults. */
    private @Nullable GetFunctionEventInvokeConfigResponse invokeConfig(String function) {
        try {
            return client.getFunctionEventInvokeConfig(r -> r.functionName(function));
        } catch (ResourceNotFoundException none) {
            return null;
        }
    }

    /** An update keeps the destinations, and needs a config that is there. */
    private void setInvokeConfig(String function, ExportResult export, boolean isThere) {
        Integer retries = number(export, RETRIES);
        Integer age = number(export, EVENT_AGE);
        if (isThere) {
            client.updateFunctionEventInvokeConfig(
                    r -> r.functionName(function).maximumRetryAttempts(retries).maximumEventAgeInSeconds(age));
        } else {
            client.putFunctionEventInvokeConfig(
                    r -> r.functionName(function).maximumRetryAttempts(retries).maximumEventAgeInSeconds(age));
        }
    }

    /**
     * Names the retry fields of an event source mapping: {@link AwsExports#lambdaEventSource}. The service says where
     * the records come from. A mapping of a queue takes none of them: {@link SqsSettings#redrive} is for that, and the
     * report says so.
     *
     * @param uuid of the mapping
     * @param policy attempts and deadline
     * @return the setting
     */
    public ServiceSetting eventSource(String uuid, ExportedPolicy policy) {
        Objects.requireNonNull(policy, "policy");
        String place = ServiceSetting.named("event source mapping", "uuid", uuid);
        return new ServiceSetting(place, () -> {
            GetEventSourceMappingResponse held = client.getEventSourceMapping(r -> r.uuid(uuid));
            ExportResult export = AwsExports.lambdaEventSource(policy, source(place, held));
            Map<String, Object> fields = new LinkedHashMap<>();
            put(fields, RETRIES, held.maximumRetryAttempts());
            put(fields, RECORD_AGE, held.maximumRecordAgeInSeconds());
            return Held.some(
                    export,
                    "",
                    fields,
                    () -> client.updateEventSourceMapping(r -> r.uuid(uuid)
                            .maximumRetryAttempts(number(export, RETRIES))
                            .maximumRecordAgeInSeconds(number(export, RECORD_AGE))));
        });
    }

    private static EventSource source(String place, GetEventSourceMappingResponse mapping) {
        if (mapping.selfManagedEventSource() != null) {
            return EventSource.KAFKA;
        }
        String arn = String.valueOf(mapping.eventSourceArn());
        String[] parts = arn.split(":", 4);
        return switch (parts.length > 2 ? parts[2] : "") {
            case "kinesis" -> EventSource.KINESIS;
            case "dynamodb" -> EventSource.DYNAMODB;
            case "kafka" -> EventSource.MSK;
            case "sqs" -> EventSource.SQS;
            case "mq" -> EventSource.MQ;
            case "rds" -> EventSource.DOCUMENTDB;
            default ->
                throw new IllegalArgumentException(
                        place + ": eventSourceArn: " + arn + " (expected: kinesis, dynamodb, kafka, sqs, mq or rds)");
        };
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
    }

    @SuppressWarnings("NullAway") // the builders of the SDK take null for a field that is not sent
    private static Integer number(ExportResult export, String field) {
        Object value = ((Map<?, ?>) export.block()).get(field);
        return value instanceof Number number ? number.intValue() : null;
    }
}
