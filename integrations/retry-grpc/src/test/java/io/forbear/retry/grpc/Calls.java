package io.forbear.retry.grpc;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The methods of a service whose messages are text. */
final class Calls {

    static final String SERVICE = "shop.v1.Orders";

    /** Its proto file says that it may be carried out twice. */
    static final MethodDescriptor<String, String> FIND =
            method("Find", MethodType.UNARY).setIdempotent(true).build();

    /** Its proto file says nothing. */
    static final MethodDescriptor<String, String> CREATE =
            method("Create", MethodType.UNARY).build();

    static final MethodDescriptor<String, String> WATCH =
            method("Watch", MethodType.SERVER_STREAMING).build();

    private Calls() {}

    private static MethodDescriptor.Builder<String, String> method(String name, MethodType type) {
        return MethodDescriptor.newBuilder(new Text(), new Text())
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name));
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {

        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }
}
