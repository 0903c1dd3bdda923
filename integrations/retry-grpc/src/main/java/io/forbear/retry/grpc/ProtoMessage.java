package io.forbear.retry.grpc;

import java.nio.charset.StandardCharsets;

/*
 * Source: the encoding of Protocol Buffers. Groups, which nothing that is read here has, are refused.
 */
/**
 * Walks through the fields of one message of Protocol Buffers, so that the few that are read need no generated code.
 * Bytes that are no message throw {@link IllegalArgumentException}. Not thread-safe.
 */
final class ProtoMessage {

    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_32 = 5;

    private final byte[] bytes;
    private final int begin;
    private final int end;
    private int at;

    private int field;
    private int wireType;
    private long number;

    ProtoMessage(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private ProtoMessage(byte[] bytes, int begin, int end) {
        this.bytes = bytes;
        this.begin = begin;
        this.end = end;
        this.at = begin;
    }

    /** Goes to the next field; {@code false} where there is none. */
    boolean next() {
        if (at == end) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        wireType = (int) (tag & 7);
        switch (wireType) {
            case VARINT -> number = varint();
            case LENGTH_DELIMITED -> {
                number = varint();
                skip(number);
            }
            case FIXED_64 -> skip(8);
            case FIXED_32 -> skip(4);
            default -> throw new IllegalArgumentException("wire type: " + wireType + " (expected: 0, 1, 2 or 5)");
        }
        return true;
    }

    boolean isNumber(int expected) {
        return field == expected && wireType == VARINT;
    }

    /** Tells whether the field is this one, and holds bytes: a message or text. */
    boolean isMessage(int expected) {
        return field == expected && wireType == LENGTH_DELIMITED;
    }

    long number() {
        return number;
    }

    /** The bytes of the field, to be walked through in their turn. */
    ProtoMessage message() {
        return new ProtoMessage(bytes, at - (int) number, at);
    }

    /** All of it as text. */
    String text() {
        return new String(bytes, begin, end - begin, StandardCharsets.UTF_8);
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (at == end) {
                break;
            }
            byte next = bytes[at++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("varint: too long (expected: at most 10 bytes within the message)");
    }

    private void skip(long length) {
        if (length < 0 || length > end - at) {
            throw new IllegalArgumentException("length: " + length + " (expected: from 0 to " + (end - at) + ")");
        }
        at += (int) length;
    }
}
