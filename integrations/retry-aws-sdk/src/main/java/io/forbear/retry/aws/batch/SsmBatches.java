package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.Retry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.GetParametersResponse;
import software.amazon.awssdk.services.ssm.model.Parameter;

/**
 * Reads parameters of Systems Manager in batches: 10 names in a request. A name that the service calls invalid is not
 * asked for again: there is no such parameter, or none with that version or label.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class SsmBatches {

    static final int MOST_NAMES = 10;

    private final SsmClient client;
    private final Retry retry;

    private SsmBatches(SsmClient client, Retry retry) {
        this.client = Objects.requireNonNull(client, "client");
        this.retry = Objects.requireNonNull(retry, "retry");
    }

    /**
     * Returns batches of a client.
     *
     * @param client sends the requests; its own retries are off for them
     * @param retry decides on attempts
     * @return a new instance
     */
    public static SsmBatches of(SsmClient client, Retry retry) {
        return new SsmBatches(client, retry);
    }

    /**
     * Reads parameters.
     *
     * @param names names or ARNs, with a selector such as {@code :3} where a version or label is meant
     * @param withDecryption whether values that are encrypted are decrypted
     * @return the parameter of each name
     * @throws io.forbear.retry.CallRefusedException if the first request was refused: nothing was sent
     * @throws IllegalStateException if the answer to the first request does not fit it; that of a later one is the
     *     failure of its names
     */
    public BatchResult<String, Parameter> getParameters(List<String> names, boolean withDecryption) {
        BatchLimits<String> limits = BatchLimits.<String>ofCount(MOST_NAMES).distinctBy(Function.identity());
        return new Requests<String, Parameter>(retry, limits, left -> {
                    GetParametersResponse answer = client.getParameters(
                            r -> r.names(left).withDecryption(withDecryption).overrideConfiguration(Answers.ONCE));
                    return Answers.byPosition(outcomes(answer, left), told -> told);
                })
                .send(names);
    }

    private static List<ItemOutcome<Parameter>> outcomes(GetParametersResponse answer, List<String> names) {
        Set<String> invalid = Set.copyOf(answer.invalidParameters());
        List<ItemOutcome<Parameter>> outcomes = new ArrayList<>(names.size());
        for (String name : names) {
            if (invalid.contains(name)) {
                outcomes.add(Answers.failure("ssm", "InvalidParameter", name));
            } else {
                outcomes.add(answer.parameters().stream()
                        .filter(parameter -> is(parameter, name))
                        .findFirst()
                        .map(parameter -> ItemOutcome.success(parameter))
                        .orElseThrow(
                                () -> new UnfitAnswerException("no word on parameter " + name, "one on each name")));
            }
        }
        if (answer.parameters().size() + invalid.size() > names.size()) {
            throw new UnfitAnswerException(
                    (answer.parameters().size() + invalid.size()) + " parameters",
                    names.size() + ", one for each name");
        }
        return outcomes;
    }

    private static boolean is(Parameter parameter, String name) {
        String selector = parameter.selector() == null ? "" : parameter.selector();
        return name.equals(parameter.name() + selector) || name.equals(parameter.arn() + selector);
    }
}
