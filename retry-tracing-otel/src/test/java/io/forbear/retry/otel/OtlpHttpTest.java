package io.forbear.retry.otel;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** OTLP over HTTP. */
class OtlpHttpTest extends OtlpContract {

    private HttpServer receiver;

    @Override
    SpanExporter exporter() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/v1/traces", this::take);
        receiver.start();
        return OtlpHttpSpanExporter.builder()
                .setEndpoint("http://127.0.0.1:" + receiver.getAddress().getPort() + "/v1/traces")
                .build();
    }

    private void take(HttpExchange exchange) throws IOException {
        receive(exchange.getRequestBody());
        answer(exchange, 200);
    }

    @Override
    void stopReceiver() {
        receiver.stop(0);
    }
}
