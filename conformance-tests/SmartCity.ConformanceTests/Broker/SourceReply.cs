using System.Net;
using System.Text;

namespace SmartCity.ConformanceTests.Broker;

/// <summary>An answer of a <see cref="ScriptedSource"/>, well-behaved or not.</summary>
internal sealed record SourceReply
{
    private static readonly byte[] Filling = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));

    public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

    public string Body { get; init; } = "";

    public string MediaType { get; init; } = "application/json";

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Passes before anything is said.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Passes after each byte of the body; zero for none.</summary>
    public TimeSpan Drip { get; init; }

    /// <summary>Bytes of blanks behind the body.</summary>
    public long Padding { get; init; }

    /// <summary>Whether the connection ends in the middle of the body.</summary>
    public bool Breaks { get; init; }

    /// <summary>Whether the body is sent in chunks, without its length.</summary>
    public bool IsChunked { get; init; }

    public static SourceReply NotFound { get; } = Error(HttpStatusCode.NotFound, "ResourceNotFound");

    public static SourceReply NoContent { get; } = Of(HttpStatusCode.NoContent);

    /// <summary>200 with a body.</summary>
    public static SourceReply Json(string body) => new() { Body = body };

    /// <summary>A status, and nothing else.</summary>
    public static SourceReply Of(HttpStatusCode status) => new() { Status = status };

    /// <summary>201 with a Location below the source's own address.</summary>
    public static SourceReply Created(string path) =>
        Of(HttpStatusCode.Created) with { Headers = [("Location", "/ngsi-ld/v1/" + path)] };

    /// <summary>An error of the standard (ETSI GS CIM 009 5.5.3).</summary>
    public static SourceReply Error(HttpStatusCode status, string type) => new()
    {
        Status = status,
        Body = $$"""{"type":"https://uri.etsi.org/ngsi-ld/errors/{{type}}","title":"{{type}}","detail":"as the script says"}""",
    };

    public static SourceReply Redirect(string location) =>
        Of(HttpStatusCode.TemporaryRedirect) with { Headers = [("Location", location)] };

    public SourceReply With(string header, string value) => this with { Headers = [.. Headers, (header, value)] };

    public async Task WriteAsync(HttpListenerResponse response, CancellationToken cancellation)
    {
        await Task.Delay(Delay, cancellation);
        response.StatusCode = (int)Status;
        foreach (var (name, value) in Headers) response.AddHeader(name, value);
        var bytes = Encoding.UTF8.GetBytes(Body);
        var padding = Padding;
        if (bytes.Length + padding > 0)
        {
            response.ContentType = MediaType;
            if (IsChunked) response.SendChunked = true;
            else response.ContentLength64 = bytes.Length + padding;
        }

        if (Breaks)
        {
            await response.OutputStream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), cancellation);
            await response.OutputStream.FlushAsync(cancellation);
            response.Abort();
            return;
        }

        if (Drip > TimeSpan.Zero)
        {
            foreach (var one in bytes)
            {
                await response.OutputStream.WriteAsync(new[] { one }, cancellation);
                await response.OutputStream.FlushAsync(cancellation);
                await Task.Delay(Drip, cancellation);
            }
        }
        else if (bytes.Length > 0)
        {
            await response.OutputStream.WriteAsync(bytes, cancellation);
        }

        for (; padding > 0; padding -= Filling.Length)
        {
            await response.OutputStream.WriteAsync(Filling.AsMemory(0, (int)Math.Min(padding, Filling.Length)), cancellation);
        }

        response.Close();
    }
}
