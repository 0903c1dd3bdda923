package io.forbear.retry.aws.batch;

import static io.forbear.retry.aws.batch.BatchLimits.utf8;

import java.math.BigDecimal;
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

    /** Returns a key in which equal numbers have equal texts: the service answers 1 where it was asked for 1.0. */
    static Map<String, AttributeValue> canonical(Map<String, AttributeValue> key) {
        Map<String, AttributeValue> canonical = new HashMap<>();
        key.forEach((name, value) ->
                canonical.put(name, value.n() == null ? value : AttributeValue.fromN(plain(value.n()))));
        return canonical;
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
