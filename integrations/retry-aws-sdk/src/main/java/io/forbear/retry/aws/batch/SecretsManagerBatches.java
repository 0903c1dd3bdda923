package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.Retry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.APIErrorType;
import software.amazon.awssdk.services.secretsmanager.model.BatchGetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.SecretValueEntry;

/**
 * Reads secrets of Secrets Manager in batches: 20 in a request. All codes that the service names for a single secret
 * are faults of the request, so that only a failure inside the service goes again.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class SecretsManagerBatches {

    static final int MOST_SECRETS = 20;
    private static final int SUFFIX_OF_ARN = 7; // a hyphen and six characters that the service adds

    private final SecretsManagerClient client;
    private final Retry retry;

    private SecretsManagerBatches(SecretsManagerClient client, Retry retry) {
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
    public static SecretsManagerBatches of(SecretsManagerClient client, Retry retry) {
        return new SecretsManagerBatches(client, retry);
    }

    /**
     * Reads the current values of secrets.
     *
     * @param secretIds names or ARNs
     * @return the value of each
     * @throws io.forbear.retry.CallRefusedException if the first request was refused: nothing was sent
     * @throws IllegalStateException if the answer to the first request does not fit it; that of a later one is the
     *     failure of its secrets
     */
    public BatchResult<String, SecretValueEntry> getValues(List<String> secretIds) {
        BatchLimits<String> limits = BatchLimits.<String>ofCount(MOST_SECRETS).distinctBy(Function.identity());
        return new Requests<String, SecretValueEntry>(
                        retry, limits, left -> Answers.byPosition(outcomes(left), told -> told))
                .send(secretIds);
    }

    private List<ItemOutcome<SecretValueEntry>> outcomes(List<String> secretIds) {
        List<SecretValueEntry> values = new ArrayList<>();
        List<APIErrorType> errors = new ArrayList<>();
        String page = null;
        do {
            BatchGetSecretValueResponse answer = ask(secretIds, page);
            values.addAll(answer.secretValues());
            errors.addAll(answer.errors());
            page = answer.nextToken();
        } while (page != null);
        List<ItemOutcome<SecretValueEntry>> outcomes = new ArrayList<>(secretIds.size());
        for (String id : secretIds) {
            outcomes.add(outcome(id, values, errors));
        }
        if (values.size() + errors.size() > secretIds.size()) {
            throw new UnfitAnswerException(
                    (values.size() + errors.size()) + " secrets", secretIds.size() + ", one for each id");
        }
        return outcomes;
    }

    private BatchGetSecretValueResponse ask(List<String> secretIds, @Nullable String page) {
        return client.batchGetSecretValue(
                r -> r.secretIdList(secretIds).nextToken(page).overrideConfiguration(Answers.ONCE));
    }

    private static ItemOutcome<SecretValueEntry> outcome(
            String id, List<SecretValueEntry> values, List<APIErrorType> errors) {
        for (APIErrorType error : errors) {
            if (id.equals(error.secretId())) {
                return Answers.failure("secretsmanager", error.errorCode(), error.message());
            }
        }
        return values.stream()
                .filter(value -> is(value, id))
                .findFirst()
                .map(value -> ItemOutcome.success(value))
                .orElseThrow(() -> new UnfitAnswerException("no word on secret " + id, "one on each id"));
    }

    private static boolean is(SecretValueEntry value, String id) {
        String arn = value.arn();
        return id.equals(value.name())
                || arn != null
                        && (arn.equals(id) || arn.startsWith(id + "-") && arn.length() == id.length() + SUFFIX_OF_ARN);
    }
}
