package io.forbear.retry.error;

import static io.forbear.retry.error.AwsErrorVectorsTest.byStatusAndCode;
import static io.forbear.retry.error.AwsErrorVectorsTest.isRetried;
import static io.forbear.retry.error.AwsErrorVectorsTest.retried;
import static io.forbear.retry.error.AwsErrorVectorsTest.withStatus;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.Backoff;
import io.forbear.retry.Criticality;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.testsupport.Draws;
import io.forbear.retry.testsupport.Vectors;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The rules of the legacy mode of AWS: what a status and a code tell of them, its delays and its attempts. */
class AwsLegacyVectorsTest {

    private static final String LEGACY = "g2_error_classification/botocore_legacy_rules.json";

    /** A checksum is in no text. */
    private static final Set<String> NOT_RETRIED_BY_OURS = Set.of("legacy_dynamodb_crc32");

    /** RFC 9110 15.5.9 and RFC 8470 5.2 allow it. */
    private static final Set<String> RETRIED_BY_STATUS = Set.of(
            "legacy_default_neg_408_no_code",
            "legacy_default_neg_425",
            "legacy_default_glacier_timeouts_other_service");

    /** A code says the same of every service to ours; theirs has rules by service and status. */
    private static final Set<String> RETRIED_BY_CODE = Set.of(
            "legacy_default_organizations_too_many_requests_other_service",
            "legacy_default_dynamodb_write_conflict_other_service",
            "legacy_default_dynamodb_still_processing_other_service",
            "legacy_default_kinesis_request_limit_exceeded_other_service",
            "legacy_default_sqs_request_limit_exceeded_other_service",
            "legacy_default_s3_timeouts_other_service",
            "legacy_default_route53_still_processing_other_service",
            "legacy_default_sts_idp_unreachable_error_other_service",
            "legacy_default_neg_throttling_on_403");

    @TestFactory
    Stream<DynamicTest> legacyRowsByStatusAndCode() {
        Set<String> ids = withStatus(LEGACY);
        return Vectors.tests(LEGACY, ids::contains, 43, one -> {
            String id = one.get("id").asText();
            boolean ours = retried(byStatusAndCode(one));
            boolean theirs = one.at("/expect/retry").asBoolean();
            boolean more = RETRIED_BY_STATUS.contains(id) || RETRIED_BY_CODE.contains(id);
            assertThat(ours).isEqualTo(theirs ? !NOT_RETRIED_BY_OURS.contains(id) : more);
        });
    }

    @TestFactory
    Stream<DynamicTest> legacyDelaysAndAttempts() {
        Map<String, Runnable> checks = new HashMap<>();
        checks.put(
                "legacy_default_general_socket_errors", () -> isRetried(new SocketException(), new ConnectException()));
        checks.put("legacy_delay_negative_base", () -> assertThatIllegalArgumentException()
                .isThrownBy(() -> Backoff.exponential(Duration.ofSeconds(-1), Duration.ofDays(1))));
        Backoff legacy = Backoff.exponential(Duration.ofSeconds(1), Duration.ofDays(1));
        checks.put("legacy_delay_base1", () -> {
            for (int attempt = 1; attempt <= 4; attempt++) {
                assertThat(legacy.jitter(Jitter.none()).delayNanos(attempt, -1, 1, Draws.always(0.9)))
                        .isEqualTo(1_000_000_000L << attempt - 1);
            }
        });
        checks.put("legacy_delay_default", () -> {
            for (int attempt = 1; attempt <= 5; attempt++) {
                assertThat(legacy.delayNanos(attempt, -1, 1, Draws.always(0))).isZero();
                assertThat(legacy.ceilingNanos(attempt)).isEqualTo(1_000_000_000L << attempt - 1);
            }
        });
        return Vectors.tests(LEGACY, id -> checks.containsKey(id) || id.equals("legacy_checker_reuse"), 5, one -> {
            String id = one.get("id").asText();
            checks.getOrDefault(id, () -> checkerIsReused(one)).run();
        });
    }

    private static void checkerIsReused(JsonNode one) {
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(one.at("/input/max_attempts").asInt())
                .build();
        for (int i = 0; i < one.get("expect").size(); i++) {
            JsonNode step = one.at("/input/sequence/" + i);
            Classification found = Classification.ofHttpStatus(step.get(0).asInt());
            boolean again = found != null
                    && retried(found)
                    && step.get(1).asInt() < policy.maxAttempts(found.category(), Criticality.NORMAL);
            assertThat(again).isEqualTo(one.get("expect").get(i).asBoolean());
        }
    }
}
