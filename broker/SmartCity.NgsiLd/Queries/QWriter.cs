using System.Collections.Immutable;
using System.Text;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Queries;

/// <summary>Writes q (ETSI GS CIM 009 4.9) with the parentheses that its tree needs, and no more.</summary>
internal sealed class QWriter(Context context)
{
    private readonly StringBuilder _output = new();

    public string Write(QExpression expression)
    {
        Add(expression);
        return _output.ToString();
    }

    public string Write(AttributePath path)
    {
        Add(path, colons: true);
        return _output.ToString();
    }

    private void Add(QExpression expression)
    {
        switch (expression)
        {
            case QAnd and:
                AddAll(and.Terms, ';', term => AddTerm(term, term is QAnd or QOr));
                break;
            case QOr or:
                AddAll(or.Terms, '|', term => AddTerm(term, term is QOr));
                break;
            case QExists exists:
                Add(exists.Path, colons: true);
                break;
            case QCompare compare:
                Add(compare.Path, colons: true);
                _output.Append(Text(compare.Operator));
                Add(compare.Value);
                break;
        }
    }

    private void AddTerm(QExpression term, bool parentheses)
    {
        if (parentheses) _output.Append('(');
        Add(term);
        if (parentheses) _output.Append(')');
    }

    private void Add(QValue value)
    {
        switch (value)
        {
            case QNumber number:
                _output.Append(number.Text);
                break;
            case QString text:
                QuotedText.Write(_output, text.Value);
                break;
            case QBoolean boolean:
                _output.Append(boolean.Value ? "true" : "false");
                break;
            case QTemporal temporal:
                _output.Append(temporal.Text);
                break;
            case QUri uri:
                _output.Append(uri.Uri);
                break;
            case QRange range:
                Add(range.From);
                _output.Append("..");
                Add(range.To);
                break;
            case QList list:
                AddAll(list.Items, ',', Add);
                break;
            case QPattern pattern:
                PatternText.Write(_output, pattern.Pattern.Text);
                break;
        }
    }

    private void Add(AttributePath path, bool colons)
    {
        for (var i = 0; i < path.Names.Length; i++)
        {
            if (i > 0) _output.Append('.');
            // Dots of an IRI belong to it only where nothing comes after it.
            var last = i == path.Names.Length - 1;
            NameText.Write(_output, Compact(path, i), colons, last);
        }

        if (!path.Trailing.IsEmpty)
        {
            _output.Append('[');
            AddAll(path.Trailing, '.', AddMember);
            _output.Append(']');
        }

        if (path.Linked is null) return;
        _output.Append('{');
        AddAll(path.Linked.Types, ',', type => NameText.Write(_output, context.Compact(type), colons: false, last: false));
        if (!path.Linked.Types.IsEmpty) _output.Append(':');
        Add(path.Linked.Path, colons: false);
        _output.Append('}');
    }

    /// <summary>Reserved members stand as they are where a parser would leave them so.</summary>
    private string Compact(AttributePath path, int i)
    {
        var name = path.Names[i];
        var reserved = i == 0
            ? path.Names.Length == 1 && ReservedMembers.IsOfEntity(name)
            : i == path.Names.Length - 1 && ReservedMembers.IsOfAttribute(name);
        return reserved ? name : context.Compact(name);
    }

    private void AddMember(string member)
    {
        var plain = member.Length > 0 && member.Trim() == member && member.AsSpan().IndexOfAny(".]\"") < 0;
        if (plain) _output.Append(member);
        else QuotedText.Write(_output, member);
    }

    private void AddAll<T>(ImmutableArray<T> items, char separator, Action<T> add)
    {
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0) _output.Append(separator);
            add(items[i]);
        }
    }

    private static string Text(QOperator op) => op switch
    {
        QOperator.Equal => "==",
        QOperator.Unequal => "!=",
        QOperator.Greater => ">",
        QOperator.GreaterOrEqual => ">=",
        QOperator.Less => "<",
        QOperator.LessOrEqual => "<=",
        QOperator.Matches => "~=",
        _ => "!~=",
    };
}
