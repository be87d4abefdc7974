using System.Net.Sockets;
using System.Text;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Outbound;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Federation.Http;

/// <summary>
/// Sends requests to sources, each within its time, and reads what comes back, whatever it is: never more than it may be, and never an
/// exception for what a source does.
/// </summary>
internal sealed class SourceExchange(OutboundGate gate, SourceIdentity identity, FederationSettings settings, TimeProvider clock) : IDisposable
{
    /// <summary>What of an error's body is read.</summary>
    private const int ErrorBytes = 64 * 1024;

    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly HttpMessageInvoker _http = gate.CreateClient(OutboundUse.ContextSources);
    private readonly string _alias = $"1.1 {identity.AliasOf("")}";

    public void Dispose() => _http.Dispose();

    public async ValueTask<SourceReply> SendAsync(SourceCall call, CancellationToken cancellation)
    {
        if (call.Endpoint.Root is null) return Unasked(SourceOutcome.Refused, "the endpoint of the registration is no http URL");
        if (Rest(call) is { } until) return Unasked(SourceOutcome.Timeout, $"the source has failed, and is left alone until {until:HH:mm:ss.fff}");
        var limit = TimeLimit(call);
        using var deadline = new CancellationTokenSource(limit, clock);
        await using var abort = cancellation.UnsafeRegister(static deadline => ((CancellationTokenSource)deadline!).Cancel(), deadline);
        try
        {
            return await SendAsync(call, deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return cancellation.IsCancellationRequested
                ? Failed(SourceOutcome.Timeout, "the source does not answer in the time that the operation has")
                : Failed(SourceOutcome.Timeout, $"the source does not answer within {limit.TotalSeconds:0.###} s");
        }
        catch (HttpRequestException failure)
        {
            return Failure(failure);
        }
        catch (IOException)
        {
            return Failed(SourceOutcome.Invalid, "the answer of the source breaks off");
        }
    }

    private async ValueTask<SourceReply> SendAsync(SourceCall call, CancellationTokenSource deadline)
    {
        try
        {
            return await OnceAsync(call, deadline.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException failure) when (call.IsConsumption && IsReset(failure))
        {
            // RFC 9112 9.3.1: a source may close a kept connection just as it is used, and what only reads is asked again.
            return await OnceAsync(call, deadline.Token).ConfigureAwait(false);
        }
    }

    private async ValueTask<SourceReply> OnceAsync(SourceCall call, CancellationToken deadline)
    {
        using var request = Request(call);
        using var response = await _http.SendAsync(request, deadline).ConfigureAwait(false);
        var reply = await ReadAsync(response, deadline).ConfigureAwait(false);
        if (!call.IsBrief) await SocketThread.Leave();
        return reply;
    }

    private static bool IsReset(HttpRequestException failure) => failure.InnerException is IOException
    {
        InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown },
    };

    private HttpRequestMessage Request(SourceCall call)
    {
        var endpoint = call.Endpoint;
        // What is written is percent-encoded already, and has to arrive so.
        var request = new HttpRequestMessage(call.Method, new Uri(endpoint.Root + call.Target, AsWritten));
        var headers = request.Headers;
        headers.TryAddWithoutValidation("Accept", endpoint.Accept);
        headers.TryAddWithoutValidation("Via", Via(call.Call));
        if (endpoint.Tenant is { } tenant) headers.TryAddWithoutValidation(SourceEndpoint.TenantHeader, tenant);
        if (call.Map.Location is { } map && SettableHeaders.IsValue(map)) headers.TryAddWithoutValidation(EntityMapLocation.Header, map);
        var inBody = !call.Body.IsEmpty && endpoint.IsLdJson;
        if (!inBody && !ReferenceEquals(call.Context, Context.Core) && ContextLink.Of(call.Context) is { Length: > 0 } link)
        {
            headers.TryAddWithoutValidation("Link", link);
        }

        foreach (var (name, value) in endpoint.Headers) headers.TryAddWithoutValidation(name, value);
        foreach (var name in endpoint.PassedOn)
        {
            if (call.Call.Header?.Invoke(name) is { } value && SettableHeaders.IsValue(value)) headers.TryAddWithoutValidation(name, value);
        }

        if (!call.Body.IsEmpty) request.Content = new BytesContent(call.Body, endpoint.MediaType);
        return request;
    }

    // Whom the request has passed, and this broker (6.3.18; RFC 9110 7.6.3).
    private string Via(Call call)
    {
        if (call.Via.IsEmpty && call.Tenant.Length == 0) return _alias;
        var via = new StringBuilder();
        foreach (var passed in call.Via)
        {
            if (SettableHeaders.IsValue(passed)) via.Append("1.1 ").Append(passed).Append(", ");
        }

        return via.Append("1.1 ").Append(identity.AliasOf(call.Tenant)).ToString();
    }

    private async ValueTask<SourceReply> ReadAsync(HttpResponseMessage response, CancellationToken deadline)
    {
        var status = (int)response.StatusCode;
        if (status is >= 300 and < 400)
        {
            return Failed(SourceOutcome.Refused, $"the source redirects ({status}), which is not followed") with { Status = status };
        }

        var content = response.Content;
        if (Header(content.Headers, "Content-Encoding") is { } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return Failed(SourceOutcome.Invalid, "the answer of the source has an encoding that was not asked for") with { Status = status };
        }

        var isError = status >= 400;
        ReadOnlyMemory<byte>? body = status == 204
            ? ReadOnlyMemory<byte>.Empty
            : await BoundedBody.ReadAsync(content, isError ? ErrorBytes : settings.AnswerBytes, deadline).ConfigureAwait(false);
        if (body is null && !isError)
        {
            return Failed(SourceOutcome.Invalid, $"the answer of the source is larger than {settings.AnswerBytes} bytes") with { Status = status };
        }

        return new()
        {
            Status = status,
            Body = body ?? default,
            Link = Header(response.Headers, "Link"),
            Location = Header(response.Headers, "Location"),
            EntityMap = Header(response.Headers, EntityMapLocation.Header),
            ContentRange = Header(content.Headers, "Content-Range"),
        };
    }

    private static string? Header(System.Net.Http.Headers.HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    private TimeSpan TimeLimit(SourceCall call) =>
        call.Source.Registration.Management.Timeout is { } milliseconds && milliseconds < settings.Timeout.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(Math.Max(milliseconds, 1))
            : settings.Timeout;

    // The end of the time in which the source is left alone (5.2.34); null where it is not.
    private DateTimeOffset? Rest(SourceCall call)
    {
        if (call.Source.State.DownSince is not { } since) return null;
        const double Longest = 1e9;
        var cooldown = call.Source.Registration.Management.Cooldown is { } milliseconds
            ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, Longest))
            : settings.Cooldown;
        var until = since + cooldown;
        return until > clock.GetUtcNow() ? until : null;
    }

    private static SourceReply Failure(HttpRequestException failure)
    {
        if (failure.InnerException is OutboundDeniedException) return Failed(SourceOutcome.Timeout, OutboundGate.Reason(failure));
        return failure.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => Failed(SourceOutcome.Timeout, "the source cannot be found by its name"),
            HttpRequestError.SecureConnectionError => Failed(SourceOutcome.Timeout, $"the source cannot be reached by TLS: {Reason(failure)}"),
            HttpRequestError.InvalidResponse => Failed(SourceOutcome.Invalid, "the answer of the source is no HTTP"),
            HttpRequestError.ConfigurationLimitExceeded => Failed(SourceOutcome.Invalid, "the answer of the source has too many headers"),
            HttpRequestError.ResponseEnded => Failed(SourceOutcome.Timeout, "the source closes the connection without an answer"),
            _ => Failed(SourceOutcome.Timeout, $"the source cannot be reached: {Reason(failure)}"),
        };
    }

    // Of a certificate what is wrong with it, of a connection what the system says.
    private static string Reason(HttpRequestException failure) =>
        ProblemText.Printable(failure.InnerException is { } inner ? inner.Message : failure.Message);

    private static SourceReply Failed(SourceOutcome outcome, string detail) => new() { Failure = outcome, Detail = detail };

    private static SourceReply Unasked(SourceOutcome outcome, string detail) => new() { Failure = outcome, Detail = detail, IsUnasked = true };
}
