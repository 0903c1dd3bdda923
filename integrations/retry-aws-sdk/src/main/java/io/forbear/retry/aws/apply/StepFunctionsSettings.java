package io.forbear.retry.aws.apply;

import io.forbear.retry.aws.internal.Json;
import io.forbear.retry.export.AwsExports;
import io.forbear.retry.export.ExportResult;
import io.forbear.retry.export.ExportedPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sfn.SfnClient;

/**
 * The {@code Retry} of states of Step Functions, by a policy. Thread-safe.
 *
 * @since 0.1
 */
public final class StepFunctionsSettings {

    private static final Set<String> WITH_RETRY = Set.of("Task", "Parallel", "Map");

    private final SfnClient client;

    private StepFunctionsSettings(SfnClient client) {
        this.client = client;
    }

    /**
     * Sets through a client.
     *
     * @param client of the service; not closed here
     * @return the settings of its state machines
     */
    public static StepFunctionsSettings of(SfnClient client) {
        return new StepFunctionsSettings(Objects.requireNonNull(client, "client"));
    }

    /**
     * Names the {@code Retry} of a state: {@link AwsExports#stepFunctions}. The definition of the state machine is
     * written again with it, the rest as it was; all retriers that the state had are replaced. Executions under way,
     * and versions that were published, go on by their old definition.
     *
     * @param stateMachineArn the state machine
     * @param state the name of a state of it, also one inside of a {@code Parallel} or {@code Map}; of type {@code
     *     Task}, {@code Parallel} or {@code Map}
     * @param policy attempts, backoff and jitter
     * @param errorEquals the names of the errors that are retried; without any those that the export chooses
     * @return the setting
     */
    public ServiceSetting retry(String stateMachineArn, String state, ExportedPolicy policy, String... errorEquals) {
        ExportResult export = AwsExports.stepFunctions(policy, errorEquals);
        String place = ServiceSetting.named("state machine", "stateMachineArn", stateMachineArn) + ", "
                + ServiceSetting.named("state", "state", state);
        return new ServiceSetting(place, () -> {
            String text = client.describeStateMachine(r -> r.stateMachineArn(stateMachineArn))
                    .definition();
            Object definition = Json.read(place + ": definition", text);
            Map<String, @Nullable Object> found = state(place, definition, state);
            Object held = found.get("Retry");
            return Held.all(export, "Retry", held == null ? List.of() : held, () -> {
                found.put("Retry", export.block());
                client.updateStateMachine(
                        r -> r.stateMachineArn(stateMachineArn).definition(Json.write(definition)));
            });
        });
    }

    private static Map<String, @Nullable Object> state(String place, @Nullable Object definition, String name) {
        List<Map<String, @Nullable Object>> found = new ArrayList<>();
        find(definition, name, found);
        if (found.size() != 1) {
            throw new IllegalArgumentException(place + ": " + found.size()
                    + " states of that name (expected: one; names are distinct in the whole state machine)");
        }
        Object type = found.get(0).get("Type");
        if (!(type instanceof String word) || !WITH_RETRY.contains(word)) {
            throw new IllegalArgumentException(
                    place + ": Type: " + type + " (expected: Task, Parallel or Map, which alone are retried)");
        }
        return found.get(0);
    }

    /** States stand in {@code States} at the top, in each of the {@code Branches}, and in the processor of a map. */
    private static void find(@Nullable Object machine, String name, List<Map<String, @Nullable Object>> found) {
        if (!(machine instanceof Map<?, ?> map) || !(map.get("States") instanceof Map<?, ?> states)) {
            return;
        }
        states.forEach((key, value) -> {
            if (value instanceof Map<?, ?> state) {
                if (name.equals(key)) {
                    found.add(fields(state));
                }
                if (state.get("Branches") instanceof List<?> branches) {
                    branches.forEach(branch -> find(branch, name, found));
                }
                find(state.get("ItemProcessor"), name, found);
                find(state.get("Iterator"), name, found);
            }
        });
    }

    @SuppressWarnings("unchecked") // as Json reads an object
    private static Map<String, @Nullable Object> fields(Map<?, ?> object) {
        return (Map<String, @Nullable Object>) object;
    }
}
