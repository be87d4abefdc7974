using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Embedded.History.Reading;

/// <summary>Which instances are meant, and in what order.</summary>
internal sealed class RowOrder : IComparer<InstanceRow>
{
    private readonly TimeProperty _property;
    private readonly bool _takesAll;
    private readonly long _from;
    private readonly long _to;
    private readonly InstancePaging _paging;

    public RowOrder(InstanceRange range, InstancePaging paging)
    {
        _property = range.Property;
        _takesAll = range.IsUnbounded;
        _paging = paging;
        (_from, _to) = (range.From, range.To);
    }

    public bool IsBackwards => _paging.Backwards;

    /// <summary>Where an instance stands.</summary>
    public long TimeOf(in InstanceRow row)
    {
        var time = row.TimeOf(_property);
        return time == InstanceRow.None ? row.ModifiedAt : time;
    }

    public int Compare(long a, long b) => IsBackwards ? b.CompareTo(a) : a.CompareTo(b);

    public int Compare(InstanceRow x, InstanceRow y)
    {
        var order = Compare(TimeOf(x), TimeOf(y));
        return order != 0 ? order : Compare(x.Number, y.Number);
    }

    /// <summary>Whether some time of a span may be meant.</summary>
    public bool Reaches(Span span)
    {
        if (span.Last < _from || (span.First >= _to && !_takesAll)) return false;
        return _paging.AfterTicks is not { } after || (IsBackwards ? span.First <= after : span.Last >= after);
    }

    public bool Holds(in InstanceRow row)
    {
        if (!_takesAll)
        {
            var time = row.TimeOf(_property);
            if (time == InstanceRow.None || time < _from || time >= _to) return false;
        }

        if (_paging.AfterTicks is not { } after) return true;
        var order = Compare(TimeOf(row), after);
        return order > 0 || (order == 0 && Compare(row.Number, _paging.AfterNumber) > 0);
    }
}
