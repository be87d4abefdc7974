namespace SmartCity.Broker.Host.Http;

/// <summary>A status without a body: 204, 201 with Location, and the refusals that have none.</summary>
internal sealed class EmptyReply : Reply
{
    private readonly int _status;
    private readonly string? _location;

    private EmptyReply(int status, string? location) => (_status, _location) = (status, location);

    public static EmptyReply NoContent { get; } = new(StatusCodes.Status204NoContent, null);

    public static EmptyReply Of(int status) => new(status, null);

    /// <summary>201 with a Location relative to the host (ETSI GS CIM 009 6.4.3.1).</summary>
    /// <param name="collection">Path of the collection, with a slash at its end.</param>
    /// <param name="id">What was created; encoded where a path cannot hold it.</param>
    public static EmptyReply Created(string collection, string id) =>
        new(StatusCodes.Status201Created, collection + PathVariable.Encode(id));

    public override Task SendAsync(HttpContext http)
    {
        http.Response.StatusCode = _status;
        if (_location is not null) http.Response.Headers.Location = _location;
        return Task.CompletedTask;
    }
}
