package io.forbear.retry.aws.batch;

import static io.forbear.retry.aws.batch.BatchLimits.utf8;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** How large attributes of DynamoDB are, by the rules of its page on item sizes, and which of them are the same. */
final class AttributeSizes {

    private static final int OF_COLLECTION = 3;

    private AttributeSizes() {}

    /** Returns the bytes of names and values. */
    static long of(Map<String, AttributeValue> item) {
        long size = 0;
        for (Map.Entry<String, AttributeValue> attribute : item.entrySet()) {
            size += utf8(attribute.getKey()) + of(attribute.getValue());
        }
        return size;
    }

    private static long of(AttributeValue value) {
        return switch (value.type()) {
            case S -> utf8(value.s());
            case N -> number(value.n());
            case B -> bytes(value.b());
            case SS -> value.ss().stream().mapToLong(BatchLimits::utf8).sum();
            case NS -> value.ns().stream().mapToLong(AttributeSizes::number).sum();
            case BS -> value.bs().stream().mapToLong(AttributeSizes::bytes).sum();
            case L ->
                OF_COLLECTION + value.l().stream().mapToLong(one -> 1 + of(one)).sum();
            case M -> OF_COLLECTION + value.m().size() + of(value.m());
            case BOOL, NUL, UNKNOWN_TO_SDK_VERSION -> 1;
        };
    }

    private static long bytes(SdkBytes value) {
        return value.asByteArrayUnsafe().length;
    }

    /** A byte for two digits, and one more. */
    private static long number(String text) {
        return 2L + text.length() / 2;
    }

    /**
     * Returns attributes in which equal numbers have equal texts, and equal sets the same order: the service answers 1
     * where it was asked for 1.0.
     */
    static Map<String, AttributeValue> canonical(Map<String, AttributeValue> attributes) {
        Map<String, AttributeValue> canonical = new HashMap<>();
        attributes.forEach((name, value) -> canonical.put(name, canonical(value)));
        return canonical;
    }

    private static AttributeValue canonical(AttributeValue value) {
        return switch (value.type()) {
            case N -> AttributeValue.fromN(plain(value.n()));
            case NS ->
                AttributeValue.fromNs(
                        value.ns().stream().map(AttributeSizes::plain).sorted().toList());
            case SS -> AttributeValue.fromSs(value.ss().stream().sorted().toList());
            case BS ->
                AttributeValue.fromBs(value.bs().stream()
                        .sorted(Comparator.comparing(SdkBytes::asByteArrayUnsafe, Arrays::compare))
                        .toList());
            case L ->
                AttributeValue.fromL(
                        value.l().stream().map(AttributeSizes::canonical).toList());
            case M -> AttributeValue.fromM(canonical(value.m()));
            case S, B, BOOL, NUL, UNKNOWN_TO_SDK_VERSION -> value;
        };
    }

    private static String plain(String number) {
        try {
            BigDecimal value = new BigDecimal(number);
            return value.signum() == 0 ? "0" : value.stripTrailingZeros().toString();
        } catch (NumberFormatException refusedByTheService) {
            return number;
        }
    }
}
