package io.forbear.retry.otel;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** OTLP over gRPC: the receiver is a server of gRPC-Java. */
class OtlpGrpcTest extends OtlpContract {

    private static final String SERVICE = "opentelemetry.proto.collector.trace.v1.TraceService";

    private static final MethodDescriptor<byte[], byte[]> EXPORT = MethodDescriptor.newBuilder(new Bytes(), new Bytes())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Export"))
            .build();

    private Server receiver;

    @Override
    SpanExporter exporter() throws IOException {
        receiver = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(ServerServiceDefinition.builder(SERVICE)
                        .addMethod(EXPORT, ServerCalls.asyncUnaryCall((request, observer) -> {
                            try {
                                receive(new ByteArrayInputStream(request));
                            } catch (IOException broken) {
                                observer.onError(Status.INVALID_ARGUMENT.asRuntimeException());
                                return;
                            }
                            observer.onNext(new byte[0]); // a response in which nothing is rejected
                            observer.onCompleted();
                        }))
                        .build())
                .build()
                .start();
        return OtlpGrpcSpanExporter.builder()
                .setEndpoint("http://127.0.0.1:" + receiver.getPort())
                .build();
    }

    @Override
    void stopReceiver() {
        receiver.shutdownNow();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }
}
