using System.Net.Http.Headers;
using SmartCity.Broker.Outbound;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Contexts;

/// <summary>
/// Fetches an @context over HTTP within limits of time, size and redirects, wherever the outbound policy lets it go. Whatever goes
/// wrong is LdContextNotAvailable, and names the URL and the reason.
/// </summary>
internal sealed class ContextFetcher : IDisposable
{
    private readonly OutboundPolicy _policy;
    private readonly HttpMessageInvoker _http;
    private readonly Limits _limits;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _places;

    public ContextFetcher(OutboundGate gate, Limits limits, TimeProvider clock)
    {
        _policy = gate.Policy;
        _http = gate.CreateClient(OutboundUse.Contexts);
        _limits = limits;
        _clock = clock;
        _places = new(limits.ContextFetches);
    }

    public async Task<Result<FetchedContext>> FetchAsync(string url)
    {
        using var deadline = new CancellationTokenSource(_limits.ContextTimeout, _clock);
        try
        {
            await _places.WaitAsync(deadline.Token);
            try
            {
                return await FollowAsync(url, deadline.Token);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (OperationCanceledException) when (!deadline.IsCancellationRequested)
        {
            return NotAvailable(url, "its server cannot be reached in time");
        }
        catch (OperationCanceledException)
        {
            return NotAvailable(url, $"it does not arrive within {_limits.ContextTimeout.TotalSeconds:0.###} s");
        }
        catch (Exception outage) when (outage is HttpRequestException or IOException or InvalidDataException)
        {
            return NotAvailable(url, OutboundGate.Reason(outage));
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<Result<FetchedContext>> FollowAsync(string url, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri)) return NotAvailable(url, "it is no URL");
        for (var hops = 0; hops <= _limits.Redirects; hops++)
        {
            if (uri.Scheme is not ("http" or "https")) return NotAvailable(url, $"{uri.Scheme} is neither http nor https");
            if (_policy.Objection(uri) is { } objection) return NotAvailable(url, objection);
            using var request = Request(uri);
            using var response = await _http.SendAsync(request, cancellation);
            if (Next(response, uri) is { } next)
            {
                uri = next;
                continue;
            }

            return await ReadAsync(url, uri, response, cancellation);
        }

        return NotAvailable(url, $"it is redirected more than {_limits.Redirects} times");
    }

    private static HttpRequestMessage Request(Uri uri)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/ld+json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json", 0.9));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*", 0.1));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("SmartCity", null));
        return request;
    }

    // A redirect, or the JSON-LD document that an answer in another format points to (JSON-LD 1.1, 6.1).
    private static Uri? Next(HttpResponseMessage response, Uri from)
    {
        if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308)
        {
            return response.Headers.Location is { } location && Uri.TryCreate(from, location, out var next) ? next : null;
        }

        var type = response.Content.Headers.ContentType?.MediaType;
        if (!response.IsSuccessStatusCode || type is null || type.EndsWith("json", StringComparison.OrdinalIgnoreCase)) return null;
        return AlternateLink.Find(response.Headers, from);
    }

    private async Task<Result<FetchedContext>> ReadAsync(
        string url, Uri uri, HttpResponseMessage response, CancellationToken cancellation)
    {
        if (!response.IsSuccessStatusCode) return NotAvailable(url, $"it answers {(int)response.StatusCode}");
        if (await BoundedBody.ReadAsync(response.Content, _limits.ContextBytes, cancellation) is not { } bytes)
        {
            return NotAvailable(url, $"it is larger than {_limits.ContextBytes} bytes");
        }

        var freshUntil = Freshness.Until(response, _clock.GetUtcNow());
        return ContextDocument.ParseFetched(bytes, uri)
            .Map(document => new FetchedContext(document, freshUntil));
    }

    private static NgsiLdError NotAvailable(string url, string reason) =>
        new(NgsiLdErrorKind.LdContextNotAvailable, $"The @context {url} is not available: {reason}.");
}
